# SPDX-License-Identifier: GPL-2.0-only
"""Counting cases, and reading vm.cfg."""

import tempfile
import unittest
from pathlib import Path

import guests
import kernel_log
import progress
import rows
import tap

GOOD = "TAP version 13\nok 1 - one\nok 2 two # SKIP no such thing\n1..2\n"


class Tap(unittest.TestCase):
    """A test's output against its exit status."""

    def test_counts(self):
        "passed and skipped cases are counted apart"
        cases = tap.test(GOOD, 0)
        self.assertEqual((cases.passed, cases.failed, len(cases.skips)), (1, 0, 1))

    def test_status(self):
        "a bad exit status without a failed case is a failure, and the other way round"
        self.assertEqual(tap.test(GOOD, 1).failed, 1)
        self.assertEqual(tap.test("not ok 1 one\n1..1\n", 0).failed, 2)

    def test_plan(self):
        "a plan that is missing or was not kept is a failure"
        self.assertEqual(tap.test("ok 1 one\n", 0).failed, 1)
        self.assertEqual(tap.test("1..3\nok 1 one\n", 0).failed, 1)

    def test_nothing(self):
        "a test without a case is a failure, and so is no output at all"
        self.assertEqual(tap.test("1..0\n", 0).failed, 1)
        self.assertEqual(tap.test("", 0).failed, 1)

    def test_skipped(self):
        "a test that skips itself says why, with exit status 4"
        cases = tap.test("1..0 # SKIP needs root\n", 4)
        self.assertEqual((cases.passed, cases.failed, cases.skips), (0, 0, ["# SKIP needs root"]))
        self.assertEqual(tap.test("1..0 # SKIP needs root\n", 0).failed, 1)

    def test_too_long(self):
        "a test that took too long is a failure that says so, although it has no plan"
        self.assertIn("too long", tap.test("ok 1 one\n", 124).reason)

    def test_bail(self):
        "a test that bailed out has failed, whatever its plan and its exit status"
        cases = tap.test("ok 1 one\nBail out! no memory\n1..1\n", 0)
        self.assertEqual((cases.failed, cases.reason), (1, "Bail out! no memory"))

    def test_two_plans(self):
        "a second plan is a failure"
        self.assertEqual(tap.test("1..5\nok 1 one\n1..1\n", 0).failed, 1)

    def test_known(self):
        "a known fault counts as passed, and is named"
        cases = tap.test("ok 1 one # XFAIL carried-pause\n1..1\n", 0)
        self.assertEqual((cases.passed, cases.failed, len(cases.known)), (1, 0, 1))

    def test_suite(self):
        "of a suite the cases of all programs count, and their plans"
        cases = tap.count("  ok 1 a\n  not ok 2 b\n  1..2\n  ok 1 c\n  1..1\nResult: FAIL\n", 1)
        self.assertEqual((cases.passed, cases.failed), (2, 1))
        self.assertEqual(tap.count("ok 1 a\n  ok 1 b\n  1..1\n1..1\n", 0).passed, 2)
        self.assertEqual(tap.count("  ok 1 a\n  1..1\n  ok 1 b\n", 0).failed, 1)
        self.assertEqual(tap.count("ok 1 a\n1..7\n", 0).failed, 1)
        self.assertEqual(tap.count("ok 1 a\nBail out! b\n1..1\n", 0).failed, 1)

    def test_suite_status(self):
        "a suite that failed without a case, or has none, is a failure"
        self.assertEqual(tap.count("ok 1 a\n1..1\n", 2).reason, "exit status 2")
        self.assertEqual(tap.count("nothing\n", 0).failed, 1)

    def test_suite_skips(self):
        "a program of a suite that skips itself is a skip"
        self.assertEqual(tap.count("  1..0 # SKIP one CPU\n  ok 1 a\n  1..1\n", 0).skips,
                         ["# SKIP one CPU"])


class Excerpt(unittest.TestCase):
    """What is shown of a suite that failed."""

    def test_case(self):
        "a failed case with what it says before, without the good ones"
        self.assertEqual(tap.excerpt("ok 1 a\n# why\nnot ok 2 b\nok 3 c\n" + "x\n" * 99),
                         ["# why", "not ok 2 b"])

    def test_crash(self):
        "what a sanitizer says, and which program it was, beside a failed case"
        crash = "==1==ERROR: AddressSanitizer: heap-use-after-free\n  #0 in main a.c:5\n"
        died = ".build/test_a (Wstat: 256 (exited 1) Tests: 0 Failed: 0)\n"
        shown = tap.excerpt("not ok 1 b\n" + "x\n" * 99 + crash + "y\n" * 99 + died)
        for words in ("not ok 1 b", "  #0 in main a.c:5", died.rstrip()):
            self.assertIn(words, shown)

    def test_compiler(self):
        "what a compiler says, however much others say after it"
        self.assertIn("a.c:1:1: error: unknown type", tap.excerpt(
            "CC a\na.c:1:1: error: unknown type\n" + "CC b\n" * 99))

    def test_end(self):
        "the end where nothing tells"
        self.assertEqual(len(tap.excerpt("x\n" * 99)), 60)


class Config(unittest.TestCase):
    """Rows of vm.cfg."""

    def _rows(self, text, tier):
        with tempfile.NamedTemporaryFile("w", suffix=".cfg") as file:
            file.write(text)
            file.flush()
            return rows.rows(Path(file.name), tier)

    def test_not_twice(self):
        "what check ran in a guest is not run again in the same guest"
        config = "check 7 good 2 - - clock_step\nall 7 good 2 - - clock_step no_kvm\n" \
            "all 7 bad 2 - - clock_step\n"
        tests = [(row.host, row.tests) for row in self._rows(config, "all")]
        self.assertEqual(tests, [("good", ("test_clock_step.sh",)),
                                 ("good", ("test_no_kvm.sh",)),
                                 ("bad", ("test_clock_step.sh",))])

    def test_tags(self):
        "a row may name tags, groups and tests"
        config = "group two clock_step @nokvm\ncheck 7 good 2 - - @two\n"
        self.assertEqual(self._rows(config, "check")[0].tests,
                         ("test_no_kvm.sh", "test_clock_step.sh"))

    def test_all(self):
        "all stands for every test, as where vm run is given none"
        self.assertEqual(rows.expand(["all"]), rows.selftests())

    def test_unknown(self):
        "a test or a tag that is not there is an error"
        for word in ("nothing", "@nothing"):
            with self.assertRaises(rows.ConfigError):
                self._rows(f"check 7 good 2 - - {word}\n", "check")

    def test_counts(self):
        "large counts are the soak's, but not of rows that only fill the cross"
        config = "check 7 good 2 - - clock_step\ncross 7 bad 2 - - clock_step\n"
        self.assertEqual([row.count for row in self._rows(config, "soak")], ["soak", "check"])
        self.assertEqual([row.count for row in self._rows(config, "all")], ["check"])

    def test_the_real_one(self):
        "every selftest is in a row of the soak, and every row of vm.cfg makes sense"
        every = rows.rows(rows.TESTING / "vm.cfg", "soak")
        self.assertEqual(set(rows.selftests()), {test for row in every for test in row.tests})
        self.assertEqual(set(rows.selftests()),
                         {path.name for path in kernel_log.SELFTESTS.glob("test_*.sh")})
        rows.ExpectedSkips(rows.TESTING / "skips.cfg")

    def test_same_guest_twice(self):
        "two rows of the same guest may run at a time"
        running = progress.Progress()
        begun = [running.begin("7 on good") for _ in range(2)]
        self.assertEqual([running.end(one) for one in begun], [0, 0])

    def test_budget(self):
        "more than one boot in five repeated, and more than two, fails the run"
        def results(boots):
            return [guests.Result("7 on good", "7", "good", boots=boots)]
        answered, host = ["answered", "-", ""], ["host", "test_a.sh", "died"]
        self.assertIsNone(guests.over_budget(results([answered] * 2 + [host] * 2)))
        self.assertIn("3 of 5", guests.over_budget(results([answered] * 2 + [host] * 3)))
        self.assertIsNone(guests.over_budget(results([answered] * 16 + [host] * 4)))
        self.assertIsNone(guests.over_budget(results([["unfit", "-", ""]] * 9)))

    def test_expected_skips(self):
        "a skip is expected by kernel, host, test and reason"
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("# why\n* trusted tsc_mark trusts its TSC\n")
            file.flush()
            skips = rows.ExpectedSkips(Path(file.name))
        reason = "# SKIP this kernel trusts its TSC and does not verify it"
        self.assertTrue(skips.has("7", "trusted", "test_tsc_mark.sh", reason))
        self.assertFalse(skips.has("7", "good", "test_tsc_mark.sh", reason))
        self.assertFalse(skips.has("7", "trusted", "test_tsc_mark.sh", "# SKIP no hostctl"))
