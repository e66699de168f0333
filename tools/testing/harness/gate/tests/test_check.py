# SPDX-License-Identifier: GPL-2.0-only
"""Whole runs, of a made-up tree."""

import signal
import time

from made_up_tree import EVERY_CASE, TreeCase

GOOD = "4 passed, 0 failed, 0 skipped"
REPEATED = "host test_clock_step.sh died\n" * 3 + "answered - \n"


class Check(TreeCase):
    """What a run says at its end, and what it leaves."""

    def _wait_for(self, process, words):
        for line in process.stdout:
            if words in line:
                return
        self.fail(f"no line with {words}")

    def _wait_for_file(self, name):
        for _ in range(200):
            if (self.state / name).exists():
                return
            time.sleep(0.05)
        self.fail(f"no {name}")

    def test_good(self):
        "the last line counts what suites and guests passed"
        status, lines = self.run_check()
        self.assertEqual((status, lines[-1]), (0, GOOD))

    def test_suite_without_tests(self):
        "a suite that ended well without a case is a failure"
        self.leave(unit="")
        status, lines = self.run_check()
        self.assertEqual((status, lines[-1]), (1, "3 passed, 1 failed, 0 skipped"))

    def test_row_without_tests(self):
        "a test of a row without a line in the row's verdict is a failure"
        config = self.testing / "vm.cfg"
        config.write_text(config.read_text().replace("clock_step", "clock_step no_kvm"))
        status, lines = self.run_check()
        self.assertEqual((status, lines[-1]), (1, "4 passed, 1 failed, 0 skipped"))

    def test_no_kernel(self):
        "a row that could not be run is a failure that says why"
        self.leave(**{"no-kernel": ""})
        status, lines = self.run_check()
        self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed, 0 skipped"))
        self.assertIn("  7 on good: the-row: vm: cannot fetch kernel 7", lines)

    def test_taken_over(self):
        "check-all takes over what check found, once"
        self.run_check()
        for taken in (True, False):
            status, lines = self.run_check("all")
            self.assertEqual((status, lines[-1]), (0, f"{EVERY_CASE} passed, 0 failed, 0 skipped"))
            self.assertEqual(any("make check passed" in line for line in lines), taken)

    def _assert_not_taken_over(self):
        self.assertFalse([line for line in self.run_check("all")[1]
                          if "make check passed" in line])

    def test_over_budget(self):
        "what repeated too many boots has not passed, for check-all neither"
        self.leave(boots=REPEATED)
        self.assertEqual(self.run_check()[0], 1)
        self._assert_not_taken_over()

    def test_changed_meanwhile(self):
        "sources that were edited during the check were not checked"
        before = (self.testing.parents[1] / "user" / "Makefile").read_text()
        self.leave(edit="")
        self.assertEqual(self.run_check()[0], 0)
        (self.state / "edit").unlink()
        self._assert_not_taken_over()
        (self.testing.parents[1] / "user" / "Makefile").write_text(before)
        self._assert_not_taken_over()

    def test_damaged(self):
        "what a full disk left of a result is no result, and no trouble"
        self.run_check()
        for kept in (self.state / "guestclock" / "checked").iterdir():
            kept.write_bytes(kept.read_bytes()[:20])
        status, lines = self.run_check("all")
        self.assertEqual((status, lines[-1]), (0, f"{EVERY_CASE} passed, 0 failed, 0 skipped"))

    def test_bad_config(self):
        "a line of a .cfg file that makes no sense ends the run before it begins"
        (self.testing / "skips.cfg").write_text("7 good\n")
        status, lines = self.run_check()
        self.assertEqual((status, len(lines)), (1, 1))

    def test_unknown_tier(self):
        "an unknown tier is an error of usage"
        self.assertEqual(self.run_check("everything")[0], 64)

    def test_ended(self):
        "a run that is ended leaves no guest behind"
        self.leave(hang="")
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.start("check") as process:
                self._wait_for(process, "booting")
                process.send_signal(number)
                process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + number)
            self._wait_for_file("guest-ended")
            (self.state / "guest-ended").unlink()

    def test_closed_pipe(self):
        "nor does one whose reader has gone"
        self.leave(hang="")
        with self.start("check") as process:
            self._wait_for(process, "booting")
            process.stdout.close()
            process.stdout = None
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        self.assertNotEqual(process.returncode, 0)
        self._wait_for_file("guest-ended")
