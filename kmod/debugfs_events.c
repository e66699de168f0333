// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log as a table in debugfs.
 */

#include <linux/seq_file.h>
#include <linux/string.h>

#include "debugfs.h"
#include "event.h"
#include "generated/guestclock_words.h"
#include "log.h"

/* A table is made in one piece of memory: the newest are what eyes look for. */
#define EVENTS_SHOWN_MAX	4096U

static void put_pvclock(struct seq_file *file,
			const struct guestclock_pvclock_evidence *evidence)
{
	seq_printf(file, "discontinuity_ns=%lld version=%u->%u flags=0x%x->0x%x",
		   evidence->discontinuity_ns, evidence->page_old.version,
		   evidence->page_new.version, evidence->page_old.flags,
		   evidence->page_new.flags);
}

static void put_unstable(struct seq_file *file,
			 const struct guestclock_unstable_evidence *evidence)
{
	seq_printf(file, "clocksource=%s reason=\"%s\"",
		   evidence->clocksource.name,
		   evidence->reason[0] ? evidence->reason : "unknown");
	if (evidence->caller)
		seq_printf(file, " caller=%ps", (void *)evidence->caller);
}

static void put_tsc(struct seq_file *file,
		    const struct guestclock_tsc_evidence *evidence)
{
	seq_printf(file, "ref_cpu=%u state=%s beyond=%d", evidence->ref_cpu,
		   guestclock_tsc_state_word(evidence->state), evidence->beyond);
	if (evidence->state == GUESTCLOCK_TSC_STATE_OK)
		seq_printf(file, " offset_cycles=%lld bound_cycles=%llu",
			   evidence->offset_cycles, evidence->bound_cycles);
	if (evidence->fault)
		seq_printf(file, " fault=%s",
			   guestclock_tsc_fault_word(evidence->fault));
}

static void put_round(struct seq_file *file,
		      const struct guestclock_round_evidence *evidence)
{
	seq_printf(file, "result=%s clocksource=%s reference=%s lateness_ns=%lld attempts=%u window_ns=%llu",
		   guestclock_watchdog_result_word(evidence->result),
		   evidence->clocksource[0] ? evidence->clocksource : "-",
		   evidence->reference, evidence->lateness_ns,
		   evidence->attempts, evidence->window_ns);
	if (evidence->compared)
		seq_printf(file, " wd_interval_ns=%llu cs_interval_ns=%llu",
			   evidence->wd_interval_ns, evidence->cs_interval_ns);
}

static void put_detail(struct seq_file *file, const struct guestclock_event *event)
{
	switch (event->type) {
	case GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE:
		put_pvclock(file, &event->pvclock);
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH:
		seq_printf(file, "from=%s to=%s",
			   event->clocksource_switch.from,
			   event->clocksource_switch.to.name);
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCK_STEP:
		seq_printf(file, "step_ns=%lld",
			   event->step.offs_real_after_ns -
			   event->step.offs_real_before_ns);
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE:
		put_unstable(file, &event->unstable);
		break;
	case GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND:
		put_round(file, &event->round);
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_OFFSET:
		put_tsc(file, &event->tsc);
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_ADJUST:
		seq_printf(file, "adjust_cycles=%lld->%lld", event->adjust.before,
			   event->adjust.now);
		break;
	case GUESTCLOCK_EVENT_TYPE_LOST:
		seq_printf(file, "count=%llu reason=%s", event->lost.count,
			   guestclock_lost_reason_word(event->lost.reason));
		break;
	default:
		seq_putc(file, '-');
		break;
	}
}

static void events_row(struct seq_file *file, const struct guestclock_event *event)
{
	seq_printf(file, "%llu %s %s %u ", event->seq,
		   guestclock_event_type_word(event->type),
		   guestclock_source_word(event->source), event->capture_cpu);
	if (event->subject_cpu == GUESTCLOCK_WHOLE_GUEST)
		seq_puts(file, "- ");
	else
		seq_printf(file, "%d ", event->subject_cpu);
	seq_printf(file, "%llu %llu %llu %llu %lld ", event->tsc_before,
		   event->tsc_after, event->monotonic_raw_ns,
		   event->boottime_ns, event->realtime_ns);
	put_detail(file, event);
	seq_putc(file, '\n');
}

/**
 * guestclock_debugfs_events_show() - the table of events
 * @file: where it is written
 * @unused: nothing
 *
 * Context: Process, may sleep.
 * Return: 0.
 */
int guestclock_debugfs_events_show(struct seq_file *file, void *unused)
{
	struct guestclock_log_state log;
	struct guestclock_event event;
	u64 tail, seq;

	guestclock_log_state(&log);
	seq = log.tail;
	seq_puts(file, "# guestclock events v1\n# seq type source capture_cpu subject_cpu tsc_before_cycles tsc_after_cycles monotonic_raw_ns boottime_ns realtime_ns detail\n");
	if (log.head - seq > EVENTS_SHOWN_MAX) {
		seq = log.head - EVENTS_SHOWN_MAX;
		seq_printf(file, "# %llu older events are in the log; \"guestclock record\" gets them\n",
			   seq - log.tail);
	}
	/* A full buffer is thrown away, and this is called with a larger one. */
	for (; seq < log.head && !seq_has_overflowed(file); seq = event.seq + 1) {
		if (!guestclock_log_read(seq, &event, &tail))
			break;
		events_row(file, &event);
	}

	return 0;
}
