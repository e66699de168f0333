// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capture of an event: which CPU saw it, and what the clocks said.
 */

#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "event.h"

/**
 * guestclock_event_init() - start an event and bracket the clocks with the TSC
 * @event: the event to fill; its evidence is zeroed
 * @type: what happened
 * @source: how the module came to know
 * @subject_cpu: the CPU it is about, or GUESTCLOCK_WHOLE_GUEST
 *
 * The clocks are read by the kernel's NMI-safe accessors: the others would
 * wait for ever for the timekeeper's seqcount when called from inside its
 * update, where the gtod notifier runs. There these still show the timekeeper
 * as it was before the update.
 *
 * Context: Any but NMI. Takes no lock.
 */
void guestclock_event_init(struct guestclock_event *event,
			   enum guestclock_event_type type,
			   enum guestclock_source source, s32 subject_cpu)
{
	unsigned long flags;

	memset(event, 0, sizeof(*event));
	event->type = type;
	event->source = source;
	event->subject_cpu = subject_cpu;

	local_irq_save(flags);
	event->capture_cpu = smp_processor_id();
	event->tsc_before = rdtsc_ordered();
	event->monotonic_raw_ns = ktime_get_raw_fast_ns();
	event->boottime_ns = ktime_get_boot_fast_ns();
	event->realtime_ns = ktime_get_real_fast_ns();
	event->tsc_after = rdtsc_ordered();
	local_irq_restore(flags);
}
