# SPDX-License-Identifier: GPL-2.0-only
"""What ends of boots are forgiven, and which are not."""

from made_up import HOST_BEGINS, RunCase, registers, reset

WARNING = "[   12.000001] WARNING: CPU: 0 PID: 1 at kernel/kprobes.c:1 arm_kprobe+0x1/0x2\n"
BEGINS = "[   10.000001] guestclock-vm: test test_pvclock_pages.sh begins\n"
INT3 = ("[   12.000001] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\n"
        "[   12.000002] RIP: 0010:{}\n"
        "[   12.000003] Code: 00 00 90 90 <0f> 1f 44 00 00\n"
        "[   12.000004] Kernel panic - not syncing: Fatal exception\n")
ELSEWHERE = 0xffffffff81400000
NMI = ("[   50.000001] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
       "[   60.000001] nmi_trigger: these CPUS still haven't responded to the NMI: 1\n")


class Ends(RunCase):
    """One boot, or the same one again."""

    def test_good(self):
        "a run whose record is whole has passed"
        self.assertEqual(self.good(), "answered")
        self.assertEqual([line[0] for line in self.verdict()], ["pass", "pass"])

    def test_taint(self):
        "a guest whose kernel says of itself that it is not sound has failed, and one that is mute"
        for tainted in ("512\n", "4608\n", ""):
            self.assertEqual(self.good(tainted=tainted), "answered")
            self.assertEqual([line[:2] for line in self.verdict() if line[0] == "fail"],
                             [["fail", "kernel-taint"]])

    def test_missing_in_record(self):
        "a test that a whole record does not name has failed"
        self.boot(record="complete ID 2\n")
        self.assertEqual([line[0] for line in self.verdict()], ["fail", "fail"])

    def test_no_closing_line(self):
        "a guest that ended without the closing line of its record has failed"
        self.assert_fails(self.boot(record="test test_pvclock_pages.sh 0 1.0\n"), "no closing")

    def test_other_run(self):
        "the closing line of another run does not count"
        self.assert_fails(self.boot(record="complete OTHER 2\n"), "no closing")

    def test_warning_then_host_death(self):
        "a WARNING in the guest is a failure although the emulated host died afterwards"
        self.assert_fails(self.boot(guest=WARNING, host=HOST_BEGINS), "complained.*kprobes")

    def test_warning_in_dmesg(self):
        "a WARNING that only the log on the disk has is a failure, too"
        self.assert_fails(self.boot(dmesg=WARNING, host=HOST_BEGINS), "complained")

    def test_host_death(self):
        "a death of the emulated host with a clean guest is repeated, twice at most"
        for _ in range(2):
            self.assert_again(self.boot(guest=BEGINS, host=HOST_BEGINS))
        self.assert_fails(self.boot(guest=BEGINS, host=HOST_BEGINS), "3 times")

    def test_host_hangs(self):
        "an emulated host whose own kernel hangs is repeated"
        stuck = "[   90.000001] watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\n"
        self.assert_again(self.boot(host=HOST_BEGINS + stuck, ended="hung-host"))

    def test_host_complains(self):
        "a complaint of a host that lives is a failure"
        self.assert_fails(self.boot(host=HOST_BEGINS + WARNING + "guestclock-vm: host is done\n",
                                    record="complete ID 2\n"), "host's kernel complained")

    def test_stale_breakpoint(self):
        "a breakpoint that was gone, in a function that nobody probes, is repeated once"
        oops = INT3.format("native_sched_clock+0x5/0x90")
        self.assert_again(self.boot(guest=oops))
        self.assert_fails(self.boot(guest=oops), "2 times")

    def test_warning_then_stale_breakpoint(self):
        "but what the kernel complained of before is a failure"
        oops = INT3.format("native_sched_clock+0x5/0x90")
        self.assert_fails(self.boot(guest=WARNING + oops), "complained.*kprobes")
        self.assert_fails(self.boot(guest=oops, dmesg=WARNING), "complained.*kprobes")

    def test_probed_breakpoint(self):
        "a breakpoint in a function that the module probes is a failure"
        for place in ("clocksource_watchdog+0x5/0x3d0", "clocksource_watchdog.cold+0x5/0x3d0",
                      "optprobe_template_func+0x1/0x2", "gc_beat+0x1/0x2 [guestclock]"):
            self.assert_fails(self.boot(guest=INT3.format(place)), "complained.*int3")

    def test_breakpoint_in_memory(self):
        "a breakpoint that is in memory is a failure"
        oops = INT3.format("native_sched_clock+0x5/0x90").replace("90 90 <0f>", "90 cc <0f>")
        self.assert_fails(self.boot(guest=oops), "complained")

    def test_breakpoint_on_real_kvm(self):
        "a breakpoint is a failure where no CPU is emulated"
        oops = INT3.format("native_sched_clock+0x5/0x90")
        self.assert_fails(self.boot(guest=oops, host="", layers="direct"), "complained")

    def test_two_silent_hangs(self):
        "a second silent hang in the same test is a failure"
        where = list(registers(ELSEWHERE, ELSEWHERE))
        self.assert_again(self.boot(host_log=where, ended="silence"))
        self.assert_fails(self.boot(host_log=where, ended="silence"), "2 times")

    def test_silence_without_post_mortem(self):
        "silence without a post-mortem is a failure at once"
        self.assert_fails(self.boot(ended="silence"), "no post-mortem")

    def test_two_triple_faults(self):
        "a second triple fault in the same test is a failure"
        where = [reset(), *registers(0xfff0, ELSEWHERE)]
        self.assert_again(self.boot(host_log=where))
        self.assert_fails(self.boot(host_log=where), "2 times")

    def test_triple_fault_without_post_mortem(self):
        "a triple fault without a post-mortem is a failure at once"
        self.assert_fails(self.boot(host_log=[reset()]), "reset itself.*no post-mortem")

    def test_triple_fault_then_silence(self):
        "ends of the guest's own are counted together, whatever they look like"
        self.assert_again(self.boot(host_log=[reset(), *registers(0xfff0, ELSEWHERE)]))
        self.assert_fails(self.boot(host_log=list(registers(ELSEWHERE)), ended="silence"),
                          "2 times")

    def test_hang_in_the_module(self):
        "a hang with a vCPU in the module is a failure"
        where = list(registers(ELSEWHERE, 0xffffffffc0401234))
        self.assert_fails(self.boot(host_log=where, ended="silence"), "a module, at")

    def test_hang_in_another_module(self):
        "a module of the guest itself, which was there before any test, is none of ours"
        where = list(registers(ELSEWHERE, 0xffffffffc0401234))
        (self.path / "results" / "modules").write_text(
            "virtio_blk 32768 1 - Live 0xffffffffc0400000\n")
        self.assert_again(self.boot(host_log=where, ended="silence"))
        (self.path / "results" / "modules").write_text(
            "virtio_blk 4096 1 - Live 0xffffffffc0400000\n")
        self.assert_fails(self.boot(host_log=where, ended="silence"), "a module, at")

    def test_hang_in_a_probed_function(self):
        "a hang with a vCPU in a function that the module probes is a failure"
        where = list(registers(ELSEWHERE, 0xffffffff81301000))
        self.assert_fails(self.boot(host_log=where, ended="silence"), "clocksource_watchdog")

    def test_called_from_the_module(self):
        "a hang with a vCPU in what the module called is a failure"
        stack = {"record": "vcpu", "detail": {
            "cpu": 0, "command": "x/64gx 0xffffc90000003e58",
            "answer": "ffffc90000003e58: 0xffffffff81400001 0xffffffffc0401234"}}
        self.assert_fails(self.boot(host_log=[*registers(ELSEWHERE), stack], ended="silence"),
                          "a module, at")

    def test_symbols_missing(self):
        "a hang is a failure when nobody knows where the probed functions are"
        self.assert_fails(self.boot(host_log=list(registers(ELSEWHERE)), ended="silence",
                                    symbols=""), "not known")

    def test_no_answer_to_nmi(self):
        "a vCPU that answers no NMI is not run any more; the stall told of it is not a complaint"
        self.assert_again(self.boot(guest=NMI, ended="lost-cpu",
                                    host_log=list(registers(ELSEWHERE))))

    def test_no_answer_to_nmi_and_warning(self):
        "but any other complaint beside it is"
        self.assert_fails(self.boot(guest=WARNING + NMI, ended="lost-cpu",
                                    host_log=list(registers(ELSEWHERE))), "complained")

    def test_limit(self):
        "a guest that lives and takes too long has failed"
        self.assert_fails(self.boot(ended="limit"), "time limit")

    def test_unborn(self):
        "a guest that never began is repeated, twice at most"
        for _ in range(2):
            self.assert_again(self.boot(first=""))
        self.assert_fails(self.boot(first=""), "3 times")

    def test_complaint_while_booting(self):
        "a complaint before the first line is none of a module that is not built in"
        self.assert_again(self.boot(first="", guest=WARNING))
        self.assert_fails(self.boot(first="", guest=WARNING, kernel="/a/kernel"), "complained")

    def test_complaint_of_an_unfit_guest(self):
        "a complaint of a guest whose kernel gave its TSC up is a failure"
        self.assert_fails(self.boot(guest=WARNING, record="again ID no-tsc\n"), "complained")

    def test_end_while_switching_off(self):
        "a guest that hangs or resets itself when all tests have ended has not answered"
        record = "complete ID 2\n"
        self.assert_fails(self.boot(record=record, ended="silence"), "fell silent")
        self.assert_fails(self.boot(record=record, ended="limit"), "time limit")
        self.assert_fails(self.boot(record=record, host_log=[reset()]), "reset itself")

    def test_unfit(self):
        "a kernel that gave its TSC up where the row needs it is booted again"
        for _ in range(5):
            self.assert_again(self.boot(record="again ID no-tsc\n"))
        self.assert_fails(self.boot(record="again ID no-tsc\n"), "6 times")


class Continued(RunCase):
    """Boots that go on where the one before ended."""

    def test_goes_on(self):
        "the next boot begins with the test that had not ended, and keeps the others' results"
        self.log(self.TESTS[0], "ok 1 a case\n1..1\n")
        self.assert_again(self.boot(record=f"test {self.TESTS[0]} 0 2.0\n", host=HOST_BEGINS), 2)
        self.log(self.TESTS[1], "ok 1 a case\n1..1\n")
        self.assertEqual(self.boot(record=f"test {self.TESTS[1]} 0 2.0\ncomplete ID 2\n"),
                         "answered")
        self.assertEqual([line[0] for line in self.verdict()], ["pass", "pass"])
        self.assertIn(f"host {self.TESTS[1]} ", (self.path / "boots").read_text())

    def test_another_test(self):
        "an end in another test is not the second one of the same"
        where = list(registers(ELSEWHERE))
        self.log(self.TESTS[0], "ok 1 a case\n1..1\n")
        self.assert_again(self.boot(host_log=where, ended="silence"))
        self.assert_again(self.boot(record=f"test {self.TESTS[0]} 0 2.0\n", host_log=where,
                                    ended="silence"), 2)

    def test_logs_stay(self):
        "the logs of a boot that was repeated stay beside the last one's"
        self.boot(guest=BEGINS, host=HOST_BEGINS)
        self.assertTrue((self.path / "guest.console.1").exists())
