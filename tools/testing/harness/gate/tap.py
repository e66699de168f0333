# SPDX-License-Identifier: GPL-2.0-only
"""Counting the cases of a program that speaks TAP."""

import re
from dataclasses import dataclass, field

CASE = re.compile(r"^(\s*)(not ok|ok)\b(?:\s+\d+)?\s*(?:- )?(.*)$")
SKIPPED = re.compile(r"#\s*SKIP\b\s*(.*)", re.I)
PLAN = re.compile(r"^1\.\.(\d+)(?:\s+#\s*SKIP\s*(.*))?$", re.I)


@dataclass
class Cases:
    """passed and failed: numbers; skips: a line each with its reason."""

    passed: int = 0
    failed: int = 0
    skips: list = field(default_factory=list)
    known: list = field(default_factory=list)
    reason: str = ""

    def fail(self, reason):
        """One failure more."""
        self.failed += 1
        self.reason = self.reason or reason


def count(text):
    """The cases of a suite's output; where programs hold indented cases those count."""
    lines = [match for match in map(CASE.match, text.splitlines()) if match]
    deep = [match for match in lines if match[1]]
    cases = Cases()
    for match in deep or lines:
        _add(cases, match[2], match[3])
    # A program that failed without a failed case of its own, or was skipped whole.
    if deep:
        for match in lines:
            if match[1]:
                continue
            if match[2] == "not ok" and not cases.failed:
                cases.fail(match[3])
            elif SKIPPED.search(match[3]):
                cases.skips.append(match[3])
    return cases


def excerpt(text, around=8, at_most=60):
    """What a person wants to see of a suite that failed: the failed cases with what
    stands before them, or its end where no case tells."""
    lines = text.splitlines()
    failed = [at for at, line in enumerate(lines) if line.lstrip().startswith("not ok")]
    if not failed:
        return lines[-at_most:]
    shown = []
    last = 0
    for at in failed:
        begin = max(last, at - around)
        good = [number for number in range(begin, at) if CASE.match(lines[number])]
        shown += lines[good[-1] + 1 if good else begin:at + 1]
        last = at + 1
    return shown[:at_most]


def _add(cases, word, description):
    if word == "not ok":
        cases.fail(description)
    elif SKIPPED.search(description):
        cases.skips.append(description)
    else:
        cases.passed += 1
        if "# XFAIL" in description:
            cases.known.append(description)


def test(text, status):
    """The cases of one test program that ended with the exit status STATUS.

    It has to keep its plan, which may come last, and its cases have to agree with its
    exit status: 0, 1, or 4 for a test that skips itself. A test without a single case
    has failed.
    """
    cases = Cases()
    plan = None
    for line in text.splitlines():
        planned = PLAN.match(line)
        if planned:
            plan = int(planned[1])
            if plan == 0:
                cases.skips.append("# SKIP " + (planned[2] or "no reason given"))
        elif line.startswith("Bail out!"):
            cases.reason = cases.reason or line
        else:
            match = CASE.match(line)
            if match and not match[1]:
                _add(cases, match[2], match[3])
    ran = cases.passed + cases.failed + len(cases.skips)
    if plan == 0 and status == 4 and ran == 1:
        return cases
    if plan is None:
        cases.fail("it broke off: there is no plan")
    elif plan != ran:
        cases.fail(f"planned {plan} cases, ran {ran}")
    elif not ran:
        cases.fail("it has no cases")
    elif status and not cases.failed:
        cases.fail(f"exit status {status}" if status != 124 else "it took too long")
    elif not status and cases.failed:
        cases.fail("a failed case under a good exit status")
    return cases
