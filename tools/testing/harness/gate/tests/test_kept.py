# SPDX-License-Identifier: GPL-2.0-only
"""Logs that real deaths left, in kept/."""

from pathlib import Path

import kernel_log
from made_up import PROBED, RunCase

KEPT = Path(__file__).resolve().parent / "kept"


class Kept(RunCase):
    """Each with what followed it in the guest's symbols, as far as that matters."""

    def _boot(self, name, symbols=None):
        """Judge the boot whose logs are in kept/NAME, with these symbols or its own."""
        logs = {log: kernel_log.read(KEPT / name / log)
                for log in ("guest.console", "host.console", "host.jsonl", "symbols")}
        return self.boot(first="", guest=logs["guest.console"], host=logs["host.console"],
                         host_log=logs["host.jsonl"].splitlines(),
                         symbols=symbols or logs["symbols"])

    def test_host_death(self):
        "a host that died under a test that loads the module, without a word of the guest's kernel"
        self.assert_again(self._boot("host-death"))

    def test_triple_fault(self):
        "a triple fault of one vCPU while the other one idled: as far as is known not the module's"
        self.assert_again(self._boot("triple-fault", self._text(0xffffffffa4c00000)))

    def test_triple_fault_in_a_test(self):
        "another one, with the symbols of its guest, after a test that had passed"
        self.assert_again(self._boot("reset"))

    @staticmethod
    def _text(address):
        return f"{address:x} T _text\n{address:x} T __pi__text\n"

    def test_triple_fault_elsewhere(self):
        "the same, had vCPU 1 been where modules are"
        self.assert_fails(self._boot("triple-fault", self._text(0xffffffff81000000)), "a module, at")

    def test_probes_named(self):
        "the module's probes are what its sources say"
        sources = "".join(path.read_text() for path in
                          (KEPT.parents[5] / "kmod").rglob("*.c"))
        for name in PROBED.split():
            self.assertIn(f'symbol_name = "{name}"', sources)
