#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Per file of the client: lines that ran, and those that did not.

Usage: client_table.py TREE LCOV
"""

import collections
import pathlib
import sys

from table import print_table


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
    print_table(files)


main()
