# SPDX-License-Identifier: GPL-2.0-only
"""What the shell half of the harness asks: python3 gate COMMAND ...

boot RUN_DIR      judge the boot that ended: answered, failed WORDS or again FIRST WORDS
verdict RUN_DIR   write the verdict over the whole run
tests WORD...     the tests that names and @TAGs stand for
"""

import sys
from pathlib import Path

import rows
import runs


def main(arguments):
    """The command line."""
    if len(arguments) < 2 or arguments[0] not in ("boot", "verdict", "tests"):
        print(__doc__, file=sys.stderr)
        return 64
    if arguments[0] == "tests":
        try:
            print(" ".join(rows.expand(" ".join(arguments[1:]).split())))
        except rows.ConfigError as error:
            print(f"vm: {error}", file=sys.stderr)
            return 1
        return 0
    run = runs.Run(Path(arguments[1]))
    if arguments[0] == "boot":
        print(run.boot_ended())
    else:
        run.write_verdict()
    return 0


sys.exit(main(sys.argv[1:]))
