# SPDX-License-Identifier: GPL-2.0-only
"""Run the gate's tests and print TAP."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


class Tap(unittest.TestResult):
    """A line for each test, by the first line of its docstring."""

    def _line(self, test, word):
        print(f"{word} {self.testsRun} {test.shortDescription() or test.id()}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._line(test, "ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        for line in self.failures[-1][1].splitlines():
            print("#", line)
        self._line(test, "not ok")

    addError = addFailure

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"ok {self.testsRun} {test.shortDescription() or test.id()} # SKIP {reason}")


result = Tap()
suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent), "test_*.py")
suite.run(result)
print(f"1..{result.testsRun}")
sys.exit(0 if result.testsRun and result.wasSuccessful() else 1)
