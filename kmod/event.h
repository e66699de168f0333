/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_EVENT_H
#define GUESTCLOCK_EVENT_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

#include "pvclock_math.h"

/* Clocksource names have no limit in the kernel; the longest in tree has 27. */
#define GUESTCLOCK_NAME_LEN	32
#define GUESTCLOCK_REASON_LEN	64

/* subject_cpu of an event that is about the whole guest. */
#define GUESTCLOCK_WHOLE_GUEST	(-1)

/**
 * struct guestclock_pvclock_evidence - what a pvclock-update event shows
 * @page_old: the page at the poll before
 * @page_new: the page now
 * @discontinuity_ns: new parameters minus old at the new tsc_timestamp, ns
 */
struct guestclock_pvclock_evidence {
	struct guestclock_page page_old;
	struct guestclock_page page_new;
	s64 discontinuity_ns;
};

/**
 * struct guestclock_clocksource_info - a clocksource, copied out of the kernel
 * @name: its name
 * @rating: the kernel's rating, higher is preferred
 * @flags: CLOCK_SOURCE_ flags of this kernel
 * @vdso_clock_mode: VDSO_CLOCKMODE_ number of this kernel, 0 is none
 *
 * A copy, because a clocksource may belong to a module that goes away.
 */
struct guestclock_clocksource_info {
	char name[GUESTCLOCK_NAME_LEN];
	s32 rating;
	u64 flags;
	s32 vdso_clock_mode;
};

/**
 * struct guestclock_switch_evidence - what a clocksource-switch event shows
 * @to: the clocksource that the timekeeper runs on now
 * @from: name of the one it ran on before
 */
struct guestclock_switch_evidence {
	struct guestclock_clocksource_info to;
	char from[GUESTCLOCK_NAME_LEN];
};

/**
 * struct guestclock_step_evidence - what a clock-step event shows
 * @offs_real_before_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC before, ns
 * @offs_real_after_ns: the same after, ns
 */
struct guestclock_step_evidence {
	s64 offs_real_before_ns;
	s64 offs_real_after_ns;
};

/**
 * struct guestclock_unstable_evidence - what a clocksource-unstable event shows
 * @clocksource: the clocksource marked
 * @reason: the kernel's own words, empty when it gave none
 * @caller: return address of the marking function, 0 when not known
 */
struct guestclock_unstable_evidence {
	struct guestclock_clocksource_info clocksource;
	char reason[GUESTCLOCK_REASON_LEN];
	unsigned long caller;
};

/**
 * struct guestclock_tsc_evidence - what a tsc-offset event shows
 * @state: whether the numbers mean anything
 * @fault: what explains an inconsistent measurement
 * @beyond: the offset is beyond the threshold now; else it is back
 * @ref_cpu: the CPU measured against
 * @offset_cycles: the subject's TSC minus the reference's, cycles
 * @bound_cycles: the truth lies within @offset_cycles plus or minus this, cycles
 */
struct guestclock_tsc_evidence {
	enum guestclock_tsc_state state;
	enum guestclock_tsc_fault fault;
	bool beyond;
	u32 ref_cpu;
	s64 offset_cycles;
	u64 bound_cycles;
};

/**
 * struct guestclock_adjust_evidence - what a tsc-adjust event shows
 * @before: IA32_TSC_ADJUST at the measurement before, cycles
 * @now: what it is now, cycles
 */
struct guestclock_adjust_evidence {
	s64 before;
	s64 now;
};

/**
 * struct guestclock_lost_evidence - what a lost event shows
 * @count: events lost
 * @reason: where
 */
struct guestclock_lost_evidence {
	u64 count;
	enum guestclock_lost_reason reason;
};

/**
 * struct guestclock_round_evidence - what a watchdog-round event shows
 * @clocksource: name of the clocksource looked at, empty where nothing tells
 * @reference: name of the one it was compared with
 * @result: what the kernel did
 * @compared: the two intervals and what they are made of are there
 * @lateness_ns: since the moment that the kernel's timer was set to, ns
 * @elapsed_ns: CLOCK_MONOTONIC_RAW since the round before, ns; 0 is unknown
 * @elapsed_cycles: TSC since then, cycles; 0 is unknown
 * @next_due_ns: until the moment that the timer is set to now, ns; 0 is unknown
 * @attempts: readings of both clocks
 * @window_ns: the newest readout window, ns
 * @readback_ns: two readings of the reference in a row, ns; 0 when not taken
 * @cpu_test_ns: the test between two CPUs until the check was over, ns; 0 when
 *	there was none
 * @wd_interval_ns: the reference since the last readings, ns
 * @cs_interval_ns: the clocksource since then, ns
 * @wd_last: the reference then, in its cycles
 * @wd_now: the reference now, in its cycles
 * @wd_mask: CLOCKSOURCE_MASK() of the reference
 * @cs_last: the clocksource then, in its cycles
 * @cs_now: the clocksource now, in its cycles
 * @cs_mask: CLOCKSOURCE_MASK() of the clocksource
 */
struct guestclock_round_evidence {
	char clocksource[GUESTCLOCK_NAME_LEN];
	char reference[GUESTCLOCK_NAME_LEN];
	enum guestclock_watchdog_result result;
	bool compared;
	s64 lateness_ns;
	u64 elapsed_ns;
	u64 elapsed_cycles;
	u64 next_due_ns;
	u32 attempts;
	u64 window_ns;
	u64 readback_ns;
	u64 cpu_test_ns;
	u64 wd_interval_ns;
	u64 cs_interval_ns;
	u64 wd_last;
	u64 wd_now;
	u64 wd_mask;
	u64 cs_last;
	u64 cs_now;
	u64 cs_mask;
};

/**
 * struct guestclock_event - one event, from its producer to the log
 * @seq: position in the log, given by the log alone; 0 before that
 * @restore_epoch: restores of the guest that the log knew of, likewise
 * @type: what happened
 * @source: how the module came to know
 * @capture_cpu: the CPU whose TSC the event carries
 * @subject_cpu: the CPU it is about, or GUESTCLOCK_WHOLE_GUEST
 * @tsc_before: TSC before the three clocks were read, cycles
 * @tsc_after: TSC after them, cycles; the clocks are not read at one moment
 * @monotonic_raw_ns: CLOCK_MONOTONIC_RAW, ns
 * @boottime_ns: CLOCK_BOOTTIME, ns
 * @realtime_ns: CLOCK_REALTIME, ns
 * @not_before_tsc: what polling found came after this TSC, cycles; 0 is unset
 * @not_after_tsc: and before this one, cycles; 0 is unset
 * @pvclock: evidence of pvclock-update
 * @clocksource_switch: evidence of clocksource-switch
 * @step: evidence of clock-step
 * @unstable: evidence of clocksource-unstable
 * @tsc: evidence of tsc-offset
 * @adjust: evidence of tsc-adjust
 * @lost: evidence of lost
 * @round: evidence of watchdog-round
 */
struct guestclock_event {
	u64 seq;
	u32 restore_epoch;
	enum guestclock_event_type type;
	enum guestclock_source source;
	u32 capture_cpu;
	s32 subject_cpu;
	u64 tsc_before;
	u64 tsc_after;
	u64 monotonic_raw_ns;
	u64 boottime_ns;
	s64 realtime_ns;
	u64 not_before_tsc;
	u64 not_after_tsc;
	union {
		struct guestclock_pvclock_evidence pvclock;
		struct guestclock_switch_evidence clocksource_switch;
		struct guestclock_step_evidence step;
		struct guestclock_unstable_evidence unstable;
		struct guestclock_tsc_evidence tsc;
		struct guestclock_adjust_evidence adjust;
		struct guestclock_lost_evidence lost;
		struct guestclock_round_evidence round;
	};
};

void guestclock_event_init(struct guestclock_event *event,
			   enum guestclock_event_type type,
			   enum guestclock_source source, s32 subject_cpu);

#endif /* GUESTCLOCK_EVENT_H */
