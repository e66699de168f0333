# SPDX-License-Identifier: GPL-2.0-only
"""The guests of vm.cfg, the tests that their tags stand for, and the skips they may have."""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path

import kernel_log

TESTING = kernel_log.SELFTESTS.parents[1]
OS_RELEASE = Path("/etc/os-release")
TIERS = ("check", "all", "soak")


class ConfigError(Exception):
    """A line of a .cfg file that makes no sense."""


def selftests():
    """The tests, in the Makefile's order, which is the order of one boot."""
    makefile = (kernel_log.SELFTESTS / "Makefile").read_text()
    listed = re.search(r"^TEST_PROGS := ((?:.*\\\n)*.*)", makefile, re.M)[1]
    return re.findall(r"test_\w+\.sh", listed)


def tags(test):
    """The words of a test's "# Tags:" line."""
    found = re.search(r"^# Tags: (.*)$", (kernel_log.SELFTESTS / test).read_text(), re.M)
    if not found:
        raise ConfigError(f"{test} has no line '# Tags: ...'")
    return found[1].split()


def expand(words, groups=None):
    """The tests that WORDS stand for: names, @TAG, @GROUP where GROUPS has it, or all."""
    everything = selftests()
    wanted = set()
    for word in words:
        if word == "all":
            wanted.update(everything)
        elif word.startswith("@") and word[1:] in (groups or {}):
            wanted.update(groups[word[1:]])
        elif word.startswith("@"):
            tagged = [test for test in everything if word[1:] in tags(test)]
            if not tagged:
                raise ConfigError(f"no test has the tag '{word[1:]}'")
            wanted.update(tagged)
        else:
            names = {word, f"{word}.sh", f"test_{word}", f"test_{word}.sh"}
            found = names.intersection(everything)
            if not found:
                raise ConfigError(f"no test named '{word}'; there are: " + " ".join(everything))
            wanted.update(found)
    return [test for test in everything if test in wanted]


@dataclass(frozen=True)
class Row:
    """A guest to boot: when is its tier, count the counts that its tests use."""

    when: str
    count: str
    kernel: str
    host: str
    smp: str
    needs: str
    append: str
    tests: tuple

    def guest(self):
        """What makes two rows the same guest."""
        return self.kernel, self.host, self.smp, self.append

    def name(self):
        """For people."""
        more = "" if self.smp == "2" else f", {self.smp} vCPU{'s' * (self.smp != '1')}"
        return f"{self.kernel} on {self.host}{more}"


def _lines(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if words:
            yield number, words


def _read_rows(path, resolve):
    groups = {}
    for number, words in _lines(path):
        if words[0] == "group":
            groups[words[1]] = expand(words[2:], groups)
            continue
        if len(words) < 7 or words[0] not in (*TIERS, "cross"):
            raise ConfigError(f"{path.name}:{number}: not WHEN KERNEL HOST SMP NEEDS APPEND TESTS")
        when = "soak" if words[0] == "cross" else words[0]
        count = "soak" if words[0] == "soak" else "check"
        try:
            tests = expand(words[6:], groups)
        except ConfigError as error:
            raise ConfigError(f"{path.name}:{number}: {error}") from error
        append = "" if words[5] == "-" else words[5].replace(",", " ")
        yield Row(when, count, resolve(words[1]), words[2], words[3],
                  "" if words[4] == "-" else words[4], append, tuple(tests))


def rows(path, tier, resolve=lambda kernel: kernel):
    """The rows of a tier. check-all runs those of check as well, and a test that a row
    of check runs is not run again by another row for the same guest. In a soak the rows
    of both use large counts.
    """
    every = list(_read_rows(path, resolve))
    done = {(row.guest(), test) for row in every if row.when == "check" for test in row.tests}
    chosen = []
    for row in every:
        if TIERS.index(row.when) > TIERS.index(tier):
            continue
        fields = dict(row.__dict__)
        if row.when != "check":
            fields["tests"] = tuple(test for test in row.tests
                                    if (row.guest(), test) not in done)
        if tier == "soak" and row.when != "soak":
            fields["count"] = "soak"
        if fields["tests"]:
            chosen.append(Row(**fields))
    return chosen


def kernels(path):
    """A function from the name of a kernel to what kernels.cfg calls it: "own" is the
    first of this machine's release."""
    listed = [words for _, words in _lines(path)]
    release = re.search(r"^VERSION_CODENAME=(\S+)", kernel_log.read(OS_RELEASE), re.M)

    def resolve(name):
        if name != "own":
            return name
        own = [words[0] for words in listed if release and words[1] == release[1]]
        if not own:
            raise ConfigError(f"{path.name} has no kernel of this machine's release")
        return own[0]

    return resolve


class ExpectedSkips:
    """skips.cfg: which guests may skip which tests or cases, by the reason they give."""

    def __init__(self, path):
        self.entries = []
        for line in path.read_text().splitlines():
            words = line.split(None, 3)
            if not words or words[0].startswith("#"):
                continue
            if len(words) < 4:
                raise ConfigError(f"{path.name}: not KERNEL HOST TEST REASON: {line}")
            self.entries.append((*words[:3], re.compile(words[3])))

    def has(self, kernel, host, test, reason):
        """Whether this guest may skip that."""
        name = re.sub(r"^test_|\.sh$", "", test)
        return any(fnmatch.fnmatch(kernel, entry[0]) and fnmatch.fnmatch(host, entry[1]) and
                   fnmatch.fnmatch(name, entry[2]) and entry[3].search(reason)
                   for entry in self.entries)
