// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log as a table in debugfs.
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "event.h"
#include "log.h"
#include "names.h"

/**
 * struct events_reader - one opening of the file
 * @event: the event to show next
 * @end: the log's head when reading began, where the table ends
 */
struct events_reader {
	struct guestclock_event event;
	u64 end;
};

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
	seq_printf(file, "ref_cpu=%u state=%s", evidence->ref_cpu,
		   guestclock_tsc_state_name(evidence->state));
	if (evidence->state == GUESTCLOCK_TSC_STATE_OK)
		seq_printf(file, " offset_cycles=%lld bound_cycles=%llu",
			   evidence->offset_cycles, evidence->bound_cycles);
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
	case GUESTCLOCK_EVENT_TYPE_TSC_OFFSET:
		put_tsc(file, &event->tsc);
		break;
	case GUESTCLOCK_EVENT_TYPE_LOST:
		seq_printf(file, "count=%llu reason=%s", event->lost.count,
			   guestclock_lost_reason_name(event->lost.reason));
		break;
	default:
		seq_putc(file, '-');
		break;
	}
}

/* The position of the head of the table is 0, that of an event its seq. */
static void *events_at(struct events_reader *reader, loff_t *pos)
{
	u64 tail;

	if (!*pos)
		return SEQ_START_TOKEN;
	if (!guestclock_log_read(*pos, &reader->event, &tail) ||
	    reader->event.seq >= reader->end)
		return NULL;
	*pos = reader->event.seq;

	return reader;
}

static void *events_start(struct seq_file *file, loff_t *pos)
{
	struct events_reader *reader = file->private;
	struct guestclock_log_state log;

	if (!*pos) {
		guestclock_log_state(&log);
		reader->end = log.head;
	}

	return events_at(reader, pos);
}

static void *events_next(struct seq_file *file, void *item, loff_t *pos)
{
	++*pos;

	return events_at(file->private, pos);
}

static void events_stop(struct seq_file *file, void *item)
{
}

static int events_show(struct seq_file *file, void *item)
{
	struct events_reader *reader = file->private;
	const struct guestclock_event *event = &reader->event;

	if (item == SEQ_START_TOKEN) {
		seq_puts(file, "# guestclock events v1\n# seq type source capture_cpu subject_cpu tsc_before_cycles tsc_after_cycles monotonic_raw_ns boottime_ns realtime_ns detail\n");
		return 0;
	}

	seq_printf(file, "%llu %s %s %u ", event->seq,
		   guestclock_event_type_name(event->type),
		   guestclock_source_name(event->source), event->capture_cpu);
	if (event->subject_cpu == GUESTCLOCK_WHOLE_GUEST)
		seq_puts(file, "- ");
	else
		seq_printf(file, "%d ", event->subject_cpu);
	seq_printf(file, "%llu %llu %llu %llu %lld ", event->tsc_before,
		   event->tsc_after, event->monotonic_raw_ns,
		   event->boottime_ns, event->realtime_ns);
	put_detail(file, event);
	seq_putc(file, '\n');

	return 0;
}

static const struct seq_operations events_seq_ops = {
	.start	= events_start,
	.next	= events_next,
	.stop	= events_stop,
	.show	= events_show,
};

static int events_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &events_seq_ops,
				sizeof(struct events_reader));
}

const struct file_operations guestclock_events_fops = {
	.owner		= THIS_MODULE,
	.open		= events_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= seq_release_private,
};
