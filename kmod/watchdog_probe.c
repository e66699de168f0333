// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes on the functions of the kernel's watchdog that were not inlined: a round
 * from its beginning to its end, the conversions of cycles within it, and the test
 * between two CPUs of the newer kernels.
 */

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "clocksource_watchdog.h"
#include "watchdog_probe.h"
#include "watchdog_round.h"

static atomic64_t rounds;
static atomic64_t calls;
static atomic64_t cpu_tests;

static int round_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	atomic64_inc(&rounds);

	/* Anything but 0 spares the return. */
	return !guestclock_round_begin((const struct timer_list *)
				       regs_get_kernel_argument(regs, 0));
}
NOKPROBE_SYMBOL(round_entry);

static int round_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	guestclock_round_end();

	return 0;
}
NOKPROBE_SYMBOL(round_return);

static int call_entry(struct kprobe *probe, struct pt_regs *regs)
{
	atomic64_inc(&calls);
	guestclock_round_saw_call((const struct clocksource *)
				  regs_get_kernel_argument(regs, 0),
				  regs_get_kernel_argument(regs, 1),
				  regs_get_kernel_argument(regs, 2));

	return 0;
}
NOKPROBE_SYMBOL(call_entry);

/*
 * Both CPUs pass here, and wait for each other: what the probe costs comes out of
 * the kernel's time limit, so that the return is left alone.
 */
static int cpu_test_entry(struct kprobe *probe, struct pt_regs *regs)
{
	atomic64_inc(&cpu_tests);
	guestclock_round_saw_cpu_test();

	return 0;
}
NOKPROBE_SYMBOL(cpu_test_entry);

static struct kretprobe round_probe = {
	.kp.symbol_name = "clocksource_watchdog",
	.maxactive = 2,
	.entry_handler = round_entry,
	.handler = round_return,
};

static struct kprobe call_probe = {
	.symbol_name = "cycles_to_nsec_safe",
	.pre_handler = call_entry,
};

static struct kprobe cpu_test_probe = {
	.symbol_name = "watchdog_check_skew",
	.pre_handler = cpu_test_entry,
};

static int round_err = -ECANCELED;
static int call_err = -ECANCELED;
static int cpu_test_err = -ECANCELED;

/**
 * guestclock_watchdog_probe_init() - arm the probes
 * @wanted: false arms none
 *
 * The round comes last, so that the first one seen is seen whole. Kernels without
 * a test between CPUs lack only its function.
 *
 * Context: Process, may sleep.
 * Return: 0, -ECANCELED when none is wanted, or the negative errno of the probe
 * without which rounds cannot be seen.
 */
int guestclock_watchdog_probe_init(bool wanted)
{
	if (!wanted)
		return -ECANCELED;

	call_err = register_kprobe(&call_probe);
	if (call_err)
		return call_err;
	cpu_test_err = register_kprobe(&cpu_test_probe);
	round_err = register_kretprobe(&round_probe);
	if (!round_err)
		return 0;

	if (!cpu_test_err)
		unregister_kprobe(&cpu_test_probe);
	unregister_kprobe(&call_probe);
	cpu_test_err = round_err;
	call_err = round_err;

	return round_err;
}

/**
 * guestclock_watchdog_probe_exit() - disarm the probes
 *
 * When this returns no handler runs any more; the end of a round that is under
 * way is not seen.
 *
 * Context: Process, may sleep.
 */
void guestclock_watchdog_probe_exit(void)
{
	if (!round_err)
		unregister_kretprobe(&round_probe);
	if (!cpu_test_err)
		unregister_kprobe(&cpu_test_probe);
	if (!call_err)
		unregister_kprobe(&call_probe);
}

/**
 * guestclock_watchdog_probe_at() - one probe after the other
 * @index: from 0
 * @source: filled
 *
 * Context: Process.
 * Return: false past the last.
 */
bool guestclock_watchdog_probe_at(unsigned int index,
				  struct guestclock_watchdog_source *source)
{
	switch (index) {
	case 0:
		source->name = round_probe.kp.symbol_name;
		source->err = round_err;
		source->hits = atomic64_read(&rounds);
		return true;
	case 1:
		source->name = call_probe.symbol_name;
		source->err = call_err;
		source->hits = atomic64_read(&calls);
		return true;
	case 2:
		source->name = cpu_test_probe.symbol_name;
		source->err = cpu_test_err;
		source->hits = atomic64_read(&cpu_tests);
		return true;
	default:
		return false;
	}
}
