# SPDX-License-Identifier: GPL-2.0-only
"""Run the gate's tests and print TAP."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


class Tap(unittest.TestResult):
    """A line for each test, by the first line of its docstring."""

    def __init__(self):
        super().__init__()
        self.failed = 0

    def _line(self, test, word):
        print(f"{word} {self.testsRun} {test.shortDescription() or test.id()}")

    def addSuccess(self, test):
        self._line(test, "ok")

    def addFailure(self, test, err):
        self.failed += 1
        for line in self._exc_info_to_string(err, test).splitlines():
            print("#", line)
        self._line(test, "not ok")

    addError = addFailure


result = Tap()
suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent), "test_*.py")
suite.run(result)
print(f"1..{result.testsRun}")
sys.exit(1 if result.failed or not result.testsRun else 0)
