#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Per file of the client: lines that ran, and those that did not.

Usage: client_table.py TREE LCOV
"""

import collections
import pathlib
import sys

from table import ranges


def main():
    user = pathlib.Path(sys.argv[1], "user")
    files = collections.defaultdict(collections.Counter)
    source = None
    with open(sys.argv[2], encoding="utf-8") as records:
        for record in records:
            key, _, value = record.rstrip().partition(":")
            if key == "SF":
                source = pathlib.Path(value)
            elif key == "DA" and source.is_relative_to(user):
                line, count = value.split(",")[:2]
                files[source.relative_to(user)][int(line)] += int(count)
    if not files:
        sys.exit(f"client_table.py: no file of {user} in {sys.argv[2]}")

    total = reached = 0
    print(f"{'file':<28} {'lines':>5} {'ran':>5} {'%':>6}  lines that did not")
    for name, lines in sorted(files.items()):
        missed = sorted(line for line, count in lines.items() if not count)
        total += len(lines)
        reached += len(lines) - len(missed)
        share = 100 * (len(lines) - len(missed)) / len(lines)
        print(f"{str(name):<28} {len(lines):>5} {len(lines) - len(missed):>5} "
              f"{share:>6.1f}  {ranges(missed)}")
    print(f"{'all of it':<28} {total:>5} {reached:>5} {100 * reached / total:>6.1f}")


main()
