# SPDX-License-Identifier: GPL-2.0-only
"""One guest's run: boot after boot until there is an answer, then its verdict.

A run's directory has "run" (what was asked for, KEY=VALUE lines by the harness),
"ended" (the record's lines of tests that ended in boots before), "boots" (a line for
each boot, KIND TEST WORDS), and what the last boot left.
"""

import boots
import kernel_log
import tap

# The guest's taint: a module from outside the tree (4096), an unsigned one (8192), the
# tests' writing of MSRs (4), KUnit (262144).
TAINT_ALLOWED = 4 | 4096 | 8192 | 262144
KEPT_LOGS = ("guest.console", "host.console", "host.jsonl", "qemu.log")


class Run:
    """The directory of a run."""

    def __init__(self, path):
        self.path = path
        self.asked = dict(line.split("=", 1) for line in
                          (path / "run").read_text().splitlines() if "=" in line)
        self.tests = self.asked.get("tests", "").split()

    def _lines(self, name):
        return kernel_log.read(self.path / name).splitlines()

    def _boots_before(self, kind, test=None):
        seen = [line.split(" ", 2) for line in self._lines("boots")]
        return sum(1 for row in seen if row[0] == kind and test in (None, row[1]))

    def _boot(self):
        return boots.Boot(self.path, self.asked)

    def _keep_ended(self):
        """The tests that ended in this boot stay; the next begins with the one after."""
        done = [line for line in self._lines("results/record") if line.startswith("test ")]
        with (self.path / "ended").open("a") as ended:
            ended.writelines(line + "\n" for line in done)
        return len(self._lines("ended"))

    def _keep_logs(self):
        number = len(self._lines("boots"))
        for name in KEPT_LOGS:
            log = self.path / name
            if log.exists():
                log.rename(f"{log}.{number}")
        for name in ("record", "dmesg", "symbols", "modules"):
            left = self.path / "results" / name
            if left.exists():
                left.rename(self.path / f"{name}.{number}")

    def boot_ended(self):
        """Judge the boot that has just ended: "answered", "failed WORDS", or
        "again FIRST WORDS" with the number of the test that the next one begins with.
        """
        end = boots.judge(self._boot())
        ended = len(self._lines("ended")) + sum(
            1 for line in self._lines("results/record") if line.startswith("test "))
        test = self.tests[ended] if ended < len(self.tests) else "-"
        limited_to = None if end.kind in ("unborn", "unfit") else test
        before = self._boots_before(end.kind, limited_to)
        if end.kind in boots.LIMITS and before >= boots.LIMITS[end.kind]:
            end = boots.End("failed", f"{end.words}, {before + 1} times")
        with (self.path / "boots").open("a") as log:
            log.write(f"{end.kind} {test} {end.words}\n")
        if end.kind not in boots.LIMITS:
            return f"{end.kind} {end.words}".rstrip()
        ended = self._keep_ended()
        self._keep_logs()
        return f"again {ended + 1} {end.words}"

    def _judge_test(self, name, record, why):
        line = next((row for row in record if row[:2] == ["test", name]), None)
        if not line:
            return f"fail {name} 0 0 1 0 no result: {why or 'it was not run'}", []
        log = kernel_log.read(self.path / "results" / f"{name}.log")
        cases = tap.test(log, int(line[2]))
        word = "fail" if cases.failed else "pass" if cases.passed else "skip"
        reason = cases.reason or (cases.skips[0] if word == "skip" else "")
        details = [f"{name} skip {skip}" for skip in cases.skips]
        details += [f"{name} known {known}" for known in cases.known]
        return (f"{word} {name} {line[3]} {cases.passed} {cases.failed} "
                f"{len(cases.skips)} {reason}").rstrip(), details

    def write_verdict(self):
        """Write "verdict", a line for each test that was asked for,
            pass|fail|skip NAME SECONDS PASSED FAILED SKIPPED REASON
        and for what else is wrong, and "cases", a line NAME skip|known CASE for each.
        """
        last = self._lines("boots")[-1].split(" ", 2)
        kind, why = last[0], last[2] if len(last) > 2 else ""
        record = [line.split() for line in self._lines("ended") + self._lines("results/record")]
        verdict, details = [], []
        for name in self.tests:
            line, more = self._judge_test(name, record, why)
            verdict.append(line)
            details += more
        if kind != "answered":
            verdict.append(f"fail the-boot 0 0 1 0 {why}")
        tainted = kernel_log.read(self.path / "results" / "tainted").strip()
        if kind == "answered" and (not tainted.isdigit() or int(tainted) & ~TAINT_ALLOWED):
            verdict.append(f"fail kernel-taint 0 0 1 0 the guest is tainted: {tainted or '?'}")
        (self.path / "verdict").write_text("".join(line + "\n" for line in verdict))
        (self.path / "cases").write_text("".join(line + "\n" for line in details))
