# SPDX-License-Identifier: GPL-2.0-only
"""What must not be in a kernel's log, and what a test may bring about there."""

import re
from pathlib import Path

SELFTESTS = Path(__file__).resolve().parents[2] / "selftests" / "guestclock"

# A line of a kernel's log, wherever it stands in a console's line.
STAMPED = re.compile(r"\[ *(\d+\.\d{6})\](.*)")
TEST_BEGINS = re.compile(r"guestclock-vm: test (\S+) begins")
# For so long, in seconds of the log's clock, may a line of a test come after it: the
# kernel looks at a CPU's TSC_ADJUST when that CPU goes idle, at most once a second.
AFTERWARDS_S = 5.0


def any_of(patterns):
    """What matches one of the patterns; of none, what matches nothing."""
    return re.compile("|".join(pattern for pattern in patterns if pattern) or r"(?!)")


SPLAT = any_of((SELFTESTS / "splats").read_text().splitlines())
ALLOWED = any_of((SELFTESTS / "splats-allowed").read_text().splitlines())


def declared(test):
    """The kernel's lines that TEST says in its header to bring about."""
    return any_of(re.findall(r"^# Provokes: (.*)$", read(SELFTESTS / test), re.M))


def read(path):
    """The text of a log that a dying machine wrote."""
    if not path.exists():
        return ""
    return path.read_bytes().decode(errors="replace").replace("\r", "")


def complaints(text):
    """The lines of a kernel's log that must not be there, in order.

    A line that a test declares is allowed from that test's beginning on, until a
    moment after the next one's.
    """
    found = []
    current = previous = any_of([])
    changed = float("-inf")
    for line in text.splitlines():
        stamped = STAMPED.search(line)
        if not stamped:
            continue
        seconds, words = float(stamped[1]), stamped[2]
        begins = TEST_BEGINS.search(words)
        if begins:
            previous, current = current, declared(begins[1])
            changed = seconds
            continue
        if not SPLAT.search(words) or ALLOWED.search(words):
            continue
        if current.search(words):
            continue
        if seconds < changed + AFTERWARDS_S and previous.search(words):
            continue
        found.append(line)
    return found
