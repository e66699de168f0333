#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Per file of the module: lines that ran, and those that did not.

Usage: table.py DIRECTORY

DIRECTORY holds .gcda files at their objects' absolute paths, once for every
guest and every way the module was built; their counts are added up.
"""

import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile


def counts_of(gcda, at):
    """Yield (file, line, count) of one object; its .gcno lies beside it."""
    notes = pathlib.Path("/", at).with_suffix(".gcno")
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(gcda, work)
        shutil.copy(notes, work)
        answer = subprocess.run(
            ["gcov", "--json-format", "--stdout", gcda.name],
            cwd=work, check=True, capture_output=True)
    for document in answer.stdout.splitlines():
        data = json.loads(document)
        base = pathlib.Path(data["current_working_directory"])
        for source in data["files"]:
            for line in source["lines"]:
                yield base / source["file"], line["line_number"], line["count"]


def module_name(path):
    """What PATH is in kmod/, or None for the kernel's own headers."""
    parts = path.parts
    for index, part in enumerate(parts):
        if part.startswith("kmod"):
            return "/".join(parts[index + 1:])
    return None


def ranges(lines):
    """[3, 4, 5, 9] as "3-5 9"."""
    found = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def print_table(files):
    """FILES has for each name how often each line ran."""
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


def main():
    root = pathlib.Path(sys.argv[1])
    files = collections.defaultdict(collections.Counter)
    objects = 0
    for guest in sorted(p for p in root.iterdir() if p.is_dir()):
        for gcda in sorted(guest.rglob("*.gcda")):
            objects += 1
            for path, line, count in counts_of(gcda, gcda.relative_to(guest)):
                name = module_name(path)
                if name:
                    files[name][line] += count
    if not objects:
        sys.exit(f"table.py: no .gcda file in {root}")
    print_table(files)


if __name__ == "__main__":
    main()
