# SPDX-License-Identifier: GPL-2.0-only
"""Logs that real deaths left, in kept/."""

from pathlib import Path

import kernel_log
from made_up import PROBED, RunCase

KEPT = Path(__file__).resolve().parent / "kept"


class Kept(RunCase):
    """Each with what followed it in the guest's symbols, as far as that matters."""

    def _boot(self, name, text, **more):
        """Judge the boot whose logs are in kept/NAME, of a kernel whose text is there."""
        logs = {log: kernel_log.read(KEPT / name / log)
                for log in ("guest.console", "host.console", "host.jsonl")}
        answer = self.boot(first="", guest=logs["guest.console"], host=logs["host.console"],
                           host_log=logs["host.jsonl"].splitlines(), **more,
                           symbols=f"{text:x} T _text\n{text:x} T __pi__text\n")
        return answer

    def test_triple_fault(self):
        "a triple fault of vCPU 0 while vCPU 1 idled: not the module's doing, as far as is known"
        self.assert_again(self._boot("triple-fault", 0xffffffffa4c00000))

    def test_triple_fault_elsewhere(self):
        "the same, had vCPU 1 been where modules are"
        self.assert_fails(self._boot("triple-fault", 0xffffffff81000000), "a module, at")

    def test_probes_named(self):
        "the module's probes are what its sources say"
        sources = "".join(path.read_text() for path in
                          (KEPT.parents[5] / "kmod").rglob("*.c"))
        for name in PROBED.split():
            self.assertIn(f'symbol_name = "{name}"', sources)
