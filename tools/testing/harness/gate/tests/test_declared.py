# SPDX-License-Identifier: GPL-2.0-only
"""Which lines of a kernel's log are complaints."""

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
        log = line(12, "guestclock[99]: segfault at 0 ip 0 sp 0 error 4 in guestclock")
        self.assertEqual(len(kernel_log.complaints(log)), 1)
