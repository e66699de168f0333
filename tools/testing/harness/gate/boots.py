# SPDX-License-Identifier: GPL-2.0-only
"""How a boot ended: with an answer, with a failure, or with nothing to go by.

Only what is known not to be the module's doing is tried again: a guest that never
began, one that does not meet its row's needs, a death of the emulated host under a
guest whose log is clean, and a vCPU that the emulation does not run any more, as the
post-mortem of every vCPU shows. Everything else is a failure.
"""

import json
import re
from dataclasses import dataclass

import kernel_log

# How often the same test may be tried again after an end of this kind; for unborn
# and unfit, how often the guest may. A guest that ends in the same test twice, for
# whatever reason of its own, has failed it.
LIMITS = {"unborn": 2, "unfit": 5, "host": 2, "cpu": 1}

# What the harness writes where it did not end a boot; else limit, silence, lost-cpu or
# hung-host.
ENDED_ITSELF = "itself"

NMI_UNANSWERED = "these CPUS still haven't responded to the NMI"
# What the other CPUs' kernel says of a vCPU that answers no NMI.
STALL = re.compile(r"rcu: (INFO: rcu_\w+ detected (expedited )?stalls|\t\(detected by)")
HOST_HANGS = re.compile(r"BUG: soft lockup|rcu: INFO: rcu_\w+ (self-)?detected")
STALE_BREAKPOINT = re.compile(r"Oops: int3: 0000 \[#1\]")
RIP_OF_OOPS = re.compile(r"RIP: 0010:(\S+?)\+0x\S+(?: \[(\w+)\])?")
# Where kprobes run what they replaced.
PROBE_CODE = re.compile(r"^(kprobe|rethook|arch_rethook|kretprobe|optprobe|optimized_callback)")

# Kernel text, of at most this many bytes, is followed by the modules' region.
TEXT_BYTES = 64 << 20
LOWEST_MODULE = 0xffffffffa0000000
# Of a stack, the words next to its top.
STACK_WORDS = 16


@dataclass
class End:
    """What a boot's end means: kind is answered, failed or one of LIMITS."""

    kind: str
    words: str


class Boot:
    """What one boot left in its run's directory, and what was asked for.

    layers: emulated (the host runs under emulation), direct (this machine is the
    host) or tcg (no KVM at all); ended: ENDED_ITSELF or what the harness ended it for;
    built_in: the kernel is somebody's own, which may have the module in it.
    """

    def __init__(self, run, asked):
        self.layers, self.ended, self.run_id = asked["layers"], asked["ended"], asked["id"]
        self.tests, self.probed = asked["tests"].split(), asked["probed"].split()
        self.built_in = asked["kernel"].startswith("/")
        self.console = kernel_log.read(run / "guest.console")
        self.host_console = kernel_log.read(run / "host.console")
        self.record = kernel_log.read(run / "results" / "record")
        self.dmesg = kernel_log.read(run / "results" / "dmesg")
        self.symbols = kernel_log.read(run / "results" / "symbols")
        self.modules = kernel_log.read(run / "results" / "modules")
        self.host_log = list(self._host_log(run / "host.jsonl"))

    @staticmethod
    def _host_log(path):
        for line in kernel_log.read(path).splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def started(self):
        """Whether the guest reached its first line."""
        return "guest reached its first line" in self.console

    def is_complete(self):
        """Whether the record names every test that was asked for."""
        return f"complete {self.run_id} {len(self.tests)}" in self.record.splitlines()

    def lost_cpu(self):
        """Whether a vCPU answers no NMI: whoever emulates it does not run it."""
        return NMI_UNANSWERED in self.console

    def complaints(self):
        """What the guest's kernel found wrong; a program's fault is in dmesg alone. Where
        an emulated CPU ran stale code, what it said before."""
        console, dmesg = self.console, self.dmesg
        if self.ran_stale_code():
            console, dmesg = (STALE_BREAKPOINT.split(log)[0] for log in (console, dmesg))
        found = kernel_log.complaints(console)
        found += [line for line in kernel_log.complaints(dmesg) if line not in found]
        if self.lost_cpu():
            found = [line for line in found if not STALL.search(line)]
        return found

    def host_died(self):
        """Whether the emulated host ended without a farewell, or its kernel hangs."""
        if "guestclock-vm: host reached" not in self.host_console:
            return False
        if HOST_HANGS.search(self.host_console):
            return True
        return "guestclock-vm: host is done" not in self.host_console and \
            self.ended == ENDED_ITSELF

    def was_reset(self):
        """Whether the guest reset itself, as a triple fault does."""
        return any(entry.get("detail", {}).get("data", {}).get("reason") == "guest-reset"
                   for entry in self.host_log if entry.get("record") == "qmp-event")

    def ran_stale_code(self):
        """Whether the guest died of a breakpoint that was no longer in memory.

        The kernel patches its static keys under one, and an emulated CPU may still
        run it from its translation afterwards. Not where the module has its probes,
        nor in the module, nor where the breakpoint (cc) is in memory.
        """
        if self.layers == "direct" or not STALE_BREAKPOINT.search(self.console):
            return False
        oops = STALE_BREAKPOINT.split(self.console, maxsplit=1)[1]
        where = RIP_OF_OOPS.search(oops)
        code = re.search(r"\] Code: (.*)", oops)
        if not where or not code or where[2] or re.search(r"cc <", code[1]):
            return False
        name = where[1].split(".")[0]
        return name not in self.probed and not PROBE_CODE.match(name)

    def places(self):
        """The addresses at which the post-mortem found the vCPUs, and their callers."""
        for entry in self.host_log:
            if entry.get("record") != "vcpu":
                continue
            detail = entry.get("detail", {})
            text = detail.get("answer", "")
            if detail.get("command") == "info registers":
                for rip in re.findall(r"RIP=([0-9a-f]{16})", text):
                    yield int(rip, 16)
            elif detail.get("command", "").startswith("x/"):
                for word in re.findall(r"0x([0-9a-f]{16})\b", text)[:STACK_WORDS]:
                    yield int(word, 16)

    def ours(self):
        """The place of a vCPU in the module, or in a function that it probes, or None."""
        text = None
        functions = []
        rows = [line.split() for line in self.symbols.splitlines()]
        rows = [(int(row[0], 16), row[2]) for row in rows if len(row) >= 3]
        for at, (address, name) in enumerate(rows):
            if name == "_text":
                text = address
            elif name.split(".")[0] in self.probed and at + 1 < len(rows):
                functions.append((address, rows[at + 1][0], name))
        others = [(int(row[5], 16), int(row[1])) for row in
                  map(str.split, self.modules.splitlines()) if len(row) >= 6]
        for place in self.places():
            if any(begin <= place < begin + size for begin, size in others):
                continue
            if place >= LOWEST_MODULE and \
                    not (text is not None and text <= place < text + TEXT_BYTES):
                return f"a module, at {place:x}"
            for begin, end, name in functions:
                if begin <= place < end:
                    return name
        return None


def _guest_stopped(boot):
    """A guest that reset itself or fell silent where its host lives."""
    what = "the guest reset itself" if boot.was_reset() else \
        "a vCPU answers no NMI" if boot.lost_cpu() else "the guest fell silent"
    if not any(True for _ in boot.places()):
        return End("failed", f"{what}, and no post-mortem tells where its vCPUs were")
    if boot.probed and not boot.symbols:
        return End("failed", f"{what}, and where the probed functions are is not known")
    place = boot.ours()
    if place:
        return End("failed", f"{what} with a vCPU in {place}")
    return End("cpu", f"{what}, with no vCPU in the module or where it probes")


def judge(boot):
    """What the end of a boot means."""
    complaints = boot.complaints()
    # Before the first line nothing of ours has run: emulated CPUs panic there, too.
    if not boot.started() and not (complaints and boot.built_in):
        return End("unborn", "the guest never reached its first line")
    if complaints:
        return End("failed", f"the guest's kernel complained: {complaints[0]}")
    if f"again {boot.run_id} no-tsc" in boot.record.splitlines():
        return End("unfit", "the guest's kernel gave the TSC up during boot")
    if boot.ran_stale_code():
        return End("cpu", "an emulated CPU ran into a breakpoint that was gone")
    if boot.host_died():
        return End("host", "the emulated host died or hung under the guest")
    complaints = kernel_log.complaints(boot.host_console)
    if complaints:
        return End("failed", f"the host's kernel complained: {complaints[0]}")
    # A guest may also die of switching itself off.
    if boot.was_reset() or boot.lost_cpu() or boot.ended == "silence":
        return _guest_stopped(boot)
    if boot.ended == "limit":
        return End("failed", "killed after its time limit")
    if boot.is_complete():
        return End("answered", "")
    return End("failed", "the guest ended and left no closing line of its record")
