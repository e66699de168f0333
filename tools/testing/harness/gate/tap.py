# SPDX-License-Identifier: GPL-2.0-only
"""Counting the cases of a program that speaks TAP."""

import re
from dataclasses import dataclass, field

CASE = re.compile(r"^(not ok|ok)\b(?:\s+\d+)?\s*(?:- )?(.*)$")
SKIPPED = re.compile(r"#\s*SKIP\b\s*(.*)", re.I)
PLAN = re.compile(r"^1\.\.(\d+)(?:\s+#\s*SKIP\s*(.*))?$", re.I)

# Of a compiler, a sanitizer, and prove of a program that broke off.
TROUBLE = re.compile(r"\berror: |ERROR: \w+Sanitizer|\(Wstat: [1-9]")


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


@dataclass
class _Output:
    """What a program said: its cases, the numbers of its plans, and why it skipped all or
    broke off."""

    cases: Cases
    plans: list
    skipped: list
    bail: str = ""

    def ran(self):
        """The number of cases."""
        return self.cases.passed + self.cases.failed + len(self.cases.skips)


def _read(lines):
    output = _Output(Cases(), [], [])
    for line in lines:
        planned, case = PLAN.match(line), CASE.match(line)
        if planned:
            output.plans.append(int(planned[1]))
            if output.plans[-1] == 0:
                output.skipped.append("# SKIP " + (planned[2] or "no reason given"))
        elif line.startswith("Bail out!"):
            output.bail = output.bail or line
        elif case:
            _add(output.cases, case[1], case[2])
    return output


def count(text, status):
    """The cases of a suite that ended with STATUS: those of all its programs, which may be
    indented. It has to keep their plans."""
    output = _read(line.strip() for line in text.splitlines())
    cases = output.cases
    ran, planned = output.ran(), sum(output.plans)
    cases.skips += output.skipped
    if output.bail:
        cases.fail(output.bail)
    elif status and not cases.failed:
        cases.fail(f"exit status {status}")
    elif planned != ran:
        cases.fail(f"planned {planned} cases, ran {ran}")
    elif not ran:
        cases.fail("it has no cases")
    return cases


def excerpt(text, around=8, at_most=60):
    """What a person wants to see of a suite that failed: the failed cases with what
    stands before them, what compilers and sanitizers say and what they add to it, or
    its end where nothing tells."""
    lines = text.splitlines()
    shown = set()
    for at, line in enumerate(lines):
        if line.lstrip().startswith(("not ok", "Bail out!")):
            good = [number for number in range(max(0, at - around), at)
                    if CASE.match(lines[number].strip())]
            shown.update(range(good[-1] + 1 if good else max(0, at - around), at + 1))
        elif TROUBLE.search(line):
            shown.update(range(at, min(at + around, len(lines))))
    return [lines[at] for at in sorted(shown)][:at_most] or lines[-at_most:]


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
    output = _read(text.splitlines())
    cases = output.cases
    ran = output.ran()
    if output.plans == [0] and status == 4 and not ran:
        cases.skips = output.skipped
    elif status == 124:
        cases.fail("it took too long")
    elif output.bail:
        cases.fail(output.bail)
    elif not output.plans:
        cases.fail("it broke off: there is no plan")
    elif output.plans != [ran]:
        cases.fail(f"planned {output.plans[-1]} cases, ran {ran}")
    elif not ran:
        cases.fail("it has no cases")
    elif status and not cases.failed:
        cases.fail(f"exit status {status}")
    elif not status and cases.failed:
        cases.fail("a failed case under a good exit status")
    return cases
