// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event's evidence as four numbers, for the tracepoint.
 */

#include <linux/string.h>

#include "event.h"
#include "event_values.h"

static void put_clocksource(const struct guestclock_clocksource_info *info,
			    s64 values[GUESTCLOCK_EVENT_VALUES])
{
	values[0] = info->rating;
	values[1] = info->flags;
	values[2] = info->vdso_clock_mode;
}

/**
 * guestclock_event_values() - the four numbers that say most about an event
 * @event: the event
 * @values: filled; Documentation/netlink.rst says what they are for each type,
 *	and those that a type does not use are 0
 *
 * Context: Any.
 */
void guestclock_event_values(const struct guestclock_event *event,
			     s64 values[GUESTCLOCK_EVENT_VALUES])
{
	memset(values, 0, GUESTCLOCK_EVENT_VALUES * sizeof(*values));

	switch (event->type) {
	case GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE:
		values[0] = event->pvclock.discontinuity_ns;
		values[1] = event->pvclock.page_new.tsc_timestamp;
		values[2] = event->pvclock.page_new.system_time;
		values[3] = event->pvclock.page_new.version;
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH:
		put_clocksource(&event->clocksource_switch.to, values);
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCK_STEP:
		values[0] = event->step.offs_real_after_ns -
			    event->step.offs_real_before_ns;
		values[1] = event->step.offs_real_before_ns;
		values[2] = event->step.offs_real_after_ns;
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE:
		put_clocksource(&event->unstable.clocksource, values);
		break;
	case GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND:
		values[0] = event->round.result;
		values[1] = event->round.lateness_ns;
		values[2] = event->round.wd_interval_ns;
		values[3] = event->round.cs_interval_ns;
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_OFFSET:
		values[0] = event->tsc.offset_cycles;
		values[1] = event->tsc.bound_cycles;
		values[2] = event->tsc.state;
		values[3] = event->tsc.ref_cpu;
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_ADJUST:
		values[0] = (u64)event->adjust.now - (u64)event->adjust.before;
		values[1] = event->adjust.before;
		values[2] = event->adjust.now;
		break;
	case GUESTCLOCK_EVENT_TYPE_LOST:
		values[0] = event->lost.count;
		values[1] = event->lost.reason;
		break;
	default:
		break;
	}
}
