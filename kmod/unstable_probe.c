// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kprobes on the two kernel functions that every mark as unstable passes.
 */

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "clocksource_watchdog.h"
#include "unstable_probe.h"

/**
 * struct unstable_probe - one probed function
 * @probe: its kprobe
 * @err: what registering gave
 * @hits: calls seen
 */
struct unstable_probe {
	struct kprobe probe;
	int err;
	atomic64_t hits;
};

static int mark_tsc_unstable_entry(struct kprobe *probe, struct pt_regs *regs)
{
	atomic64_inc(&container_of(probe, struct unstable_probe, probe)->hits);
	guestclock_watchdog_saw_reason((const char *)
				       regs_get_kernel_argument(regs, 0));

	return 0;
}
NOKPROBE_SYMBOL(mark_tsc_unstable_entry);

static int clocksource_unstable_entry(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long caller = *(unsigned long *)kernel_stack_pointer(regs);

	atomic64_inc(&container_of(probe, struct unstable_probe, probe)->hits);
	guestclock_watchdog_saw_unstable((const struct clocksource *)
					 regs_get_kernel_argument(regs, 0),
					 caller);

	return 0;
}
NOKPROBE_SYMBOL(clocksource_unstable_entry);

static struct unstable_probe probes[GUESTCLOCK_UNSTABLE_PROBES] = {
	{
		.probe.symbol_name = "mark_tsc_unstable",
		.probe.pre_handler = mark_tsc_unstable_entry,
		.err = -ECANCELED,
	},
	{
		.probe.symbol_name = "__clocksource_unstable",
		.probe.pre_handler = clocksource_unstable_entry,
		.err = -ECANCELED,
	},
};

/**
 * guestclock_unstable_probe_init() - arm the probes
 * @wanted: false arms none
 *
 * Each probe is of use without the other, so one that fails stops nothing.
 *
 * Context: Process, may sleep.
 * Return: 0, -ECANCELED when none is wanted, or the first negative errno of a
 * probe that could not be armed.
 */
int guestclock_unstable_probe_init(bool wanted)
{
	unsigned int i;
	int err = 0;

	if (!wanted)
		return -ECANCELED;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		probes[i].err = register_kprobe(&probes[i].probe);
		if (probes[i].err && !err)
			err = probes[i].err;
	}

	return err;
}

/**
 * guestclock_unstable_probe_exit() - disarm the probes
 *
 * Context: Process, may sleep.
 */
void guestclock_unstable_probe_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!probes[i].err)
			unregister_kprobe(&probes[i].probe);
	}
}

/**
 * guestclock_unstable_probe_armed() - whether there is any
 *
 * Context: Process.
 * Return: true when at least one probe is armed.
 */
bool guestclock_unstable_probe_armed(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!probes[i].err)
			return true;
	}

	return false;
}

/**
 * guestclock_unstable_probe_at() - one probe after the other
 * @index: from 0
 * @source: filled
 *
 * Context: Process.
 * Return: false past the last.
 */
bool guestclock_unstable_probe_at(unsigned int index,
				  struct guestclock_watchdog_source *source)
{
	if (index >= ARRAY_SIZE(probes))
		return false;

	source->name = probes[index].probe.symbol_name;
	source->err = probes[index].err;
	source->hits = atomic64_read(&probes[index].hits);

	return true;
}
