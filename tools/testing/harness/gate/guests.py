# SPDX-License-Identifier: GPL-2.0-only
"""Running the rows of vm.cfg, as many guests at a time as there are pairs of CPUs."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import children
import kernel_log
import rows as row_config

# A run may repeat so many boots: one in five, but two in any case.
REPEATS_LEAST, REPEATS_SHARE = 2, 0.2


@dataclass
class Result:
    """What came of one row: verdict lines as runs.py writes them, split."""

    guest: str
    kernel: str
    host: str
    seconds: int = 0
    verdict: list = field(default_factory=list)
    cases: list = field(default_factory=list)
    boots: list = field(default_factory=list)

    def failed(self):
        """Whether any line of the verdict says so."""
        return any(line[0] == "fail" for line in self.verdict)


def slots():
    """How many guests run at a time: each needs two CPUs."""
    asked = os.environ.get("GUESTCLOCK_VM_SLOTS")
    return max(1, int(asked) if asked else (os.cpu_count() or 2) // 2)


def _run_vm(row, progress):
    """The directory of the row's run, or None, and the last line that it said; its
    progress is printed as it comes."""
    command = [str(row_config.TESTING / "vm"), "row", row.kernel, row.host,
               *[test.removeprefix("test_").removesuffix(".sh") for test in row.tests],
               "--smp", row.smp]
    command += ["--need", row.needs] if row.needs else []
    command += ["--append", row.append] if row.append else []
    environment = dict(os.environ, GUESTCLOCK_COUNT=row.count)
    process = children.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             errors="replace", env=environment)
    words = "it did not run"
    for line in process.stderr:
        # The time of ours, not of the row's own beginning.
        words = line.rstrip().split("] ", 1)[-1] if line.startswith("[") else line.rstrip()
        progress.say(f"{row.name()}: {words}")
    output = process.stdout.read().split()
    return Path(output[-1]) if children.wait(process) == 0 and output else None, words


def _split(path, maxsplit):
    return [line.split(" ", maxsplit) for line in kernel_log.read(path).splitlines() if line]


def run_row(row, progress, skips):
    """Boot the row's guest; an unexpected skip is a failure."""
    result = Result(row.name(), row.kernel, row.host)
    begun = progress.begin(row.name())
    path, last = _run_vm(row, progress)
    result.seconds = progress.end(begun)
    if path is None:
        result.verdict = [["fail", "the-row", "0", "0", "1", "0", last]]
        return result
    result.verdict = _split(path / "verdict", 6)
    result.boots = _split(path / "boots", 2)
    result.cases = _split(path / "cases", 2)
    told = [line[1] for line in result.verdict]
    result.verdict += [["fail", test, "0", "0", "1", "0", f"there is no verdict in {path}"]
                       for test in row.tests if test not in told]
    for test, word, case in result.cases:
        if word == "skip" and not skips.has(row.kernel, row.host, test, case):
            result.verdict.append(["fail", "unexpected-skip", "0", "0", "1", "0",
                                   f"{test}: {case}"])
    return result


def run_rows(chosen, progress, skips, remembered=None):
    """All rows; the results in their order."""
    progress.say(f"guests: {len(chosen)} boots, {slots()} at a time")

    def run(numbered):
        number, row = numbered
        kept = remembered.get(row) if remembered else None
        if kept:
            progress.say(f"{row.name()}: done before, nothing changed since")
            return kept
        progress.say(f"guest {number} of {len(chosen)}: {row.name()}")
        result = run_row(row, progress, skips)
        if remembered and not result.failed():
            remembered.put(row, result)
        for line in result.verdict:
            if line[0] == "fail":
                progress.lines(f"  FAIL {result.guest}: {line[1]}: {' '.join(line[6:])}")
        return result

    with ThreadPoolExecutor(slots()) as pool:
        return list(pool.map(run, enumerate(chosen, 1)))


def over_budget(results):
    """A line when more boots were repeated than a run may, or None."""
    boots = sum(len(result.boots) for result in results)
    repeated = sum(1 for result in results for boot in result.boots
                   if boot[0] in ("unborn", "host", "cpu"))
    allowed = max(REPEATS_LEAST, int(boots * REPEATS_SHARE))
    if repeated <= allowed:
        return None
    return f"{repeated} of {boots} boots were repeated, {allowed} may be"
