// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probes of guestclock with nothing behind them: what tools/testing/deaths
 * compares guestclock with. A function that the kernel lacks is left out.
 */

#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static int stub_entry(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}
NOKPROBE_SYMBOL(stub_entry);

static int stub_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}
NOKPROBE_SYMBOL(stub_return);

static struct kprobe stubs[] = {
	{ .symbol_name = "mark_tsc_unstable", .pre_handler = stub_entry },
	{ .symbol_name = "__clocksource_unstable", .pre_handler = stub_entry },
	{ .symbol_name = "cycles_to_nsec_safe", .pre_handler = stub_entry },
	{ .symbol_name = "watchdog_check_skew", .pre_handler = stub_entry },
};

static struct kretprobe round_stub = {
	.kp.symbol_name = "clocksource_watchdog",
	.maxactive = 2,
	.handler = stub_return,
};

static bool stub_armed[ARRAY_SIZE(stubs)];
static bool round_armed;

static int __init probe_stub_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stubs); i++)
		stub_armed[i] = !register_kprobe(&stubs[i]);
	round_armed = !register_kretprobe(&round_stub);

	return 0;
}
module_init(probe_stub_init);

static void __exit probe_stub_exit(void)
{
	size_t i;

	if (round_armed)
		unregister_kretprobe(&round_stub);
	for (i = 0; i < ARRAY_SIZE(stubs); i++) {
		if (stub_armed[i])
			unregister_kprobe(&stubs[i]);
	}
}
module_exit(probe_stub_exit);

MODULE_DESCRIPTION("guestclock's probes with nothing behind them");
MODULE_LICENSE("GPL");
