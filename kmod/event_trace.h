/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoint guestclock:event, which every event passes when it is committed.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM guestclock

#if !defined(GUESTCLOCK_EVENT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define GUESTCLOCK_EVENT_TRACE_H

#include <linux/trace_events.h>
#include <linux/tracepoint.h>

#include "event.h"
#include "event_values.h"
#include "generated/guestclock_words.h"

/*
 * The kernel has functions of these names, and the tracepoint would declare them
 * a second time. Nothing here calls either pair.
 */
#define register_trace_event	register_guestclock_event
#define unregister_trace_event	unregister_guestclock_event

TRACE_EVENT(event,
	    TP_PROTO(const struct guestclock_event *committed),
	    TP_ARGS(committed),
	    TP_STRUCT__entry(__field(u64, seq)
			     __field(u32, type)
			     __field(u32, capture_cpu)
			     __field(s32, subject_cpu)
			     __field(u64, tsc)
			     __field(s64, value1)
			     __field(s64, value2)
			     __field(s64, value3)
			     __field(s64, value4)),
	    TP_fast_assign(s64 values[GUESTCLOCK_EVENT_VALUES];

			   guestclock_event_values(committed, values);
			   __entry->seq = committed->seq;
			   __entry->type = committed->type;
			   __entry->capture_cpu = committed->capture_cpu;
			   __entry->subject_cpu = committed->subject_cpu;
			   __entry->tsc = committed->tsc_before;
			   __entry->value1 = values[0];
			   __entry->value2 = values[1];
			   __entry->value3 = values[2];
			   __entry->value4 = values[3];),
	    TP_printk("seq=%llu type=%s capture_cpu=%u subject_cpu=%d tsc=%llu value1=%lld value2=%lld value3=%lld value4=%lld",
		      __entry->seq, print_guestclock_event_type(__entry->type),
		      __entry->capture_cpu, __entry->subject_cpu, __entry->tsc,
		      __entry->value1, __entry->value2, __entry->value3,
		      __entry->value4)
);

#endif /* GUESTCLOCK_EVENT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE event_trace
#include <trace/define_trace.h>
