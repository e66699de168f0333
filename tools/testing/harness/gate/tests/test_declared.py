# SPDX-License-Identifier: GPL-2.0-only
"""Which lines of a kernel's log are complaints."""

import re
import subprocess
import unittest

import kernel_log

ADJUST = "[Firmware Bug]: TSC ADJUST differs: CPU1 -1000 --> 0. Restoring"


def line(seconds, words):
    """A line of a console."""
    return f"[{seconds:12.6f}] {words}\n"


def begins(seconds, test):
    """The harness's own line."""
    return line(seconds, f"guestclock-vm: test {test} begins")


class Declared(unittest.TestCase):
    """Lines that a test declares in its header."""

    def test_by_the_test(self):
        "a line that the running test declares is no complaint"
        log = begins(10, "test_tsc_offset.sh") + line(12, ADJUST)
        self.assertEqual(kernel_log.complaints(log), [])

    def test_by_another_test(self):
        "the same line in a test that does not declare it is one"
        log = begins(10, "test_clock_step.sh") + line(12, ADJUST)
        self.assertEqual(len(kernel_log.complaints(log)), 1)

    def test_before_any_test(self):
        "nor may it be there before any test"
        self.assertEqual(len(kernel_log.complaints(line(12, ADJUST))), 1)

    def test_a_moment_later(self):
        "the kernel may be late with it, but not for long"
        log = begins(10, "test_tsc_offset.sh") + begins(20, "test_clock_step.sh")
        self.assertEqual(kernel_log.complaints(log + line(21, ADJUST)), [])
        self.assertEqual(len(kernel_log.complaints(log + line(29, ADJUST))), 1)

    def test_other_lines(self):
        "what the test did not declare is a complaint in it"
        log = begins(10, "test_tsc_offset.sh") + line(12, "WARNING: CPU: 0 PID: 1 at a.c:1")
        self.assertEqual(len(kernel_log.complaints(log)), 1)

    def test_programs(self):
        "words of a program without the kernel's time are none"
        self.assertEqual(kernel_log.complaints("not ok 1 WARNING: in a test's output\n"), [])

    def test_crash_of_a_program(self):
        "a program of ours that crashes is one"
        for words in ("guestclock[99]: segfault at 0 ip 0 sp 0 error 4 in guestclock",
                      "traps: guestclock[99] trap divide error ip:0 sp:0 error:0"):
            self.assertEqual(len(kernel_log.complaints(line(12, words))), 1)


class Lists(unittest.TestCase):
    """The lists of patterns, which the selftests give to grep -E."""

    def test_empty(self):
        "an empty list of patterns matches nothing"
        for patterns in ([], [""]):
            self.assertIsNone(kernel_log.any_of(patterns).search("BUG: anything"))

    def test_same_as_grep(self):
        "the patterns mean the same to grep -E and here"
        lines = [ADJUST, "rcu: INFO: rcu_sched detected stalls", "rcu_sched self-detected",
                 "kmemleak: 12 new suspected", "kmemleak: new", "list_add corruption",
                 "WARNING: See https://kernel.org/doc/html", "[Hardware Error]: x", "fine"]
        lists = [kernel_log.SELFTESTS / name for name in ("splats", "splats-allowed")]
        for path in lists:
            self.assertIsNone(re.search(r"\[\[:|\\[<>]|\n\n", path.read_text()), path.name)
            grep = subprocess.run(["grep", "-E", "-f", path], input="\n".join(lines),
                                  capture_output=True, text=True, check=False)
            known = kernel_log.any_of(path.read_text().splitlines())
            self.assertEqual([one for one in lines if known.search(one)],
                             grep.stdout.splitlines())
