# SPDX-License-Identifier: GPL-2.0-only
"""Directories of runs, as the shell half of the harness leaves them, made up."""

import json
import tempfile
import unittest
from pathlib import Path

import runs

FIRST_LINE = "guestclock-vm: guest reached its first line\n"
HOST_BEGINS = "guestclock-vm: host reached its first line\n"
HOST_ENDS = "guestclock-vm: host is done\n"
PROBED = "clocksource_watchdog mark_tsc_unstable"
SYMBOLS = """ffffffff81000000 T _text
ffffffff81000000 T __pi__text
ffffffff81200100 t mark_tsc_unstable
ffffffff81200200 t unsynchronized_tsc
ffffffff81300f80 t clocksource_watchdog
ffffffff81301550 t clocksource_unbind
"""


def registers(*addresses):
    """The host's log of a post-mortem that found the vCPUs at these addresses."""
    for cpu, address in enumerate(addresses):
        yield {"record": "vcpu", "detail": {
            "cpu": cpu, "command": "info registers",
            "answer": f"RAX=0000000000000000\r\nRIP={address:016x} RFL=00000246"}}


def reset():
    """What QEMU says of a guest that had a triple fault."""
    return {"record": "qmp-event", "detail": {
        "event": "SHUTDOWN", "data": {"guest": True, "reason": "guest-reset"}}}


class RunCase(unittest.TestCase):
    """Tests with a run of two selftests."""

    TESTS = ("test_pvclock_pages.sh", "test_clock_step.sh")

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name)
        (self.path / "results").mkdir()
        for name in ("ended", "boots"):
            (self.path / name).touch()

    def boot(self, guest="", host=HOST_BEGINS + HOST_ENDS, host_log=(), record="",
             dmesg="", ended="itself", layers="emulated", symbols=SYMBOLS, first=FIRST_LINE,
             tainted="4096\n", kernel="7"):
        """Leave what one boot leaves, and judge it."""
        (self.path / "run").write_text(
            f"id=ID\nlayers={layers}\nended={ended}\ntests={' '.join(self.TESTS)}\n"
            f"probed={PROBED}\nkernel={kernel}\n")
        (self.path / "guest.console").write_text(first + guest)
        (self.path / "host.console").write_text(host)
        (self.path / "host.jsonl").write_text(
            "".join((entry if isinstance(entry, str) else json.dumps(entry)) + "\n"
                    for entry in host_log))
        for name, text in (("record", record), ("dmesg", dmesg), ("symbols", symbols),
                           ("tainted", tainted)):
            (self.path / "results" / name).write_text(text)
        return runs.Run(self.path).boot_ended()

    def log(self, test, text):
        """Leave the output of a test."""
        (self.path / "results" / f"{test}.log").write_text(text)

    def verdict(self):
        """The verdict over the run, its lines split."""
        runs.Run(self.path).write_verdict()
        return [line.split(" ", 6) for line in
                (self.path / "verdict").read_text().splitlines()]

    def good(self, **more):
        """A boot in which both tests passed."""
        for test in self.TESTS:
            self.log(test, "TAP version 13\nok 1 a case\n1..1\n")
        return self.boot(record="".join(f"test {test} 0 1.5\n" for test in self.TESTS) +
                         "complete ID 2\n", **more)

    def assert_fails(self, answer, words):
        """The boot is a failure that says WORDS, and so is the verdict."""
        self.assertRegex(answer, f"^failed .*{words}")
        self.assertIn("fail", [line[0] for line in self.verdict()])

    def assert_again(self, answer, first=1):
        """The next boot begins with that test."""
        self.assertEqual(answer.split()[:2], ["again", str(first)])
