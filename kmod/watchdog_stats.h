/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_STATS_H
#define GUESTCLOCK_WATCHDOG_STATS_H

#include <linux/types.h>

#include "event.h"

/**
 * struct guestclock_watchdog_stats - the rounds seen since the module was loaded
 * @clocksource: what the newest check looked at, empty before the first
 * @reference: what it compared it with, likewise
 * @rounds: rounds
 * @late: rounds later than the threshold
 * @results: checks by result
 * @cpu_tests: tests between two CPUs
 * @retries: readings taken again
 * @overlapped: rounds not looked at because another was under way
 * @tsc_boottime_ns: CLOCK_BOOTTIME of the newest check that compared the TSC, or
 *	0, ns
 * @last_boottime_ns: CLOCK_BOOTTIME of the newest round, ns
 * @next_boottime_ns: when the one after it is due, 0 when its timer is off, ns
 * @max_lateness_ns: the largest lateness, ns
 * @max_window_ns: the longest readout window of a check that passed, ns
 * @min_difference_ns: the smallest clocksource's minus reference's interval of
 *	a check that passed, ns
 * @max_difference_ns: the largest, ns
 * @max_cpu_test_ns: the longest test between two CPUs, ns
 */
struct guestclock_watchdog_stats {
	char clocksource[GUESTCLOCK_NAME_LEN];
	char reference[GUESTCLOCK_NAME_LEN];
	u64 rounds;
	u64 late;
	u64 results[__GUESTCLOCK_WATCHDOG_RESULT_MAX];
	u64 cpu_tests;
	u64 retries;
	u64 overlapped;
	u64 tsc_boottime_ns;
	u64 last_boottime_ns;
	u64 next_boottime_ns;
	s64 max_lateness_ns;
	u64 max_window_ns;
	s64 min_difference_ns;
	s64 max_difference_ns;
	u64 max_cpu_test_ns;
};

void guestclock_stats_add_check(const struct guestclock_round_evidence *evidence);
void guestclock_stats_add_round(s64 lateness_ns, bool late, u64 next_due_ns);
void guestclock_stats_add_overlap(void);
void guestclock_watchdog_stats(struct guestclock_watchdog_stats *stats);

#endif /* GUESTCLOCK_WATCHDOG_STATS_H */
