/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCKSOURCE_H
#define GUESTCLOCK_CLOCKSOURCE_H

#include <linux/types.h>

#include "event.h"

struct clocksource;

/**
 * struct guestclock_clocksource_state - what the timekeeper runs on
 * @current_clocksource: the clocksource
 * @offs_real_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC, ns
 * @switches: switches seen since the module was loaded
 * @steps: steps of CLOCK_REALTIME seen since then
 */
struct guestclock_clocksource_state {
	struct guestclock_clocksource_info current_clocksource;
	s64 offs_real_ns;
	u64 switches;
	u64 steps;
};

int guestclock_clocksource_init(void);
void guestclock_clocksource_exit(void);
void guestclock_clocksource_state(struct guestclock_clocksource_state *state);
void guestclock_clocksource_copy(struct guestclock_clocksource_info *info,
				 const struct clocksource *cs);

#endif /* GUESTCLOCK_CLOCKSOURCE_H */
