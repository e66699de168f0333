# SPDX-License-Identifier: GPL-2.0-only
"""A tree with this gate, and with everything that it starts made up."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import rows

# As the real one: what ends it ends its guest.
VM = """#!/bin/sh
[ "$1" = row ] || { echo 7.0; exit 0; }
trap 'kill $guest 2>/dev/null; : >"$STATE/guest-ended"' EXIT
trap 'exit 130' INT TERM HUP
echo "[   0s] booting" >&2
[ ! -e "$STATE/no-kernel" ] || { echo "vm: cannot fetch kernel 7" >&2; exit 1; }
[ ! -e "$STATE/hang" ] || { sleep 60 & guest=$!; wait; }
[ ! -e "$STATE/edit" ] || echo "# more" >>"$STATE/../tree/user/Makefile"
run=$STATE/run
mkdir -p "$run"
echo "pass test_clock_step.sh 1.0 2 0 0" >"$run/verdict"
: >"$run/cases"
cat "$STATE/boots" >"$run/boots"
echo "$run"
"""
FILES = {
    "user/Makefile": "check:\n\t@cat $(STATE)/unit; exit $$(cat $(STATE)/status)\n",
    "tools/testing/vm": VM,
    "tools/testing/vm.cfg": "check 7 good 2 - - clock_step\n",
    "tools/testing/skips.cfg": "",
    "tools/testing/lint": "#!/bin/sh\necho ok 1 style\necho 1..1\n",
}
TAP = "#!/bin/sh\necho ok 1 it\necho 1..1\n"
# The programs that are suites of check and of check-all.
SUITES = re.findall(r'Suite\("(?:check|all)", .*\["tools/testing/([\w/-]+)"',
                    (rows.TESTING / "check").read_text())
# One case in each of them and in the unit tests, two in the guest.
EVERY_CASE = len(SUITES) + 3


class TreeCase(unittest.TestCase):
    """Tests that run check itself."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.state = Path(directory.name) / "state"
        self.testing = Path(directory.name) / "tree" / "tools" / "testing"
        self.state.mkdir()
        self.leave(unit="  ok 1 a\n  1..1\n", status="0", boots="answered - \n")
        shutil.copytree(rows.TESTING / "harness" / "gate", self.testing / "harness" / "gate",
                        ignore=shutil.ignore_patterns("tests"))
        (self.testing / "selftests").symlink_to(rows.TESTING / "selftests")
        for name in ("check", "kernels.cfg"):
            shutil.copy(rows.TESTING / name, self.testing / name)
        files = dict(FILES, **{f"tools/testing/{name}": TAP for name in SUITES})
        for name, text in files.items():
            path = self.testing.parents[1] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)

    def leave(self, **files):
        """What the made-up programs go by."""
        for name, text in files.items():
            (self.state / name).write_text(text)

    def start(self, tier):
        """Begin a run."""
        return subprocess.Popen(
            [sys.executable, "-B", self.testing / "check", tier], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=dict(os.environ, STATE=str(self.state), XDG_CACHE_HOME=str(self.state),
                     GIT_CEILING_DIRECTORIES=str(self.state.parent)))

    def run_check(self, tier="check"):
        """The exit status and the lines of a run."""
        with self.start(tier) as process:
            output = process.communicate()[0]
        return process.returncode, output.splitlines()
