/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_ROUND_H
#define GUESTCLOCK_WATCHDOG_ROUND_H

#include <linux/types.h>

#include "event.h"

struct clocksource;
struct timer_list;

bool guestclock_round_begin(const struct timer_list *timer);
void guestclock_round_end(void);
void guestclock_round_saw_call(const struct clocksource *cs, u64 start, u64 end);
void guestclock_round_saw_mark(struct guestclock_unstable_evidence *mark,
			       const struct clocksource *cs);
void guestclock_round_saw_cpu_test(void);

#endif /* GUESTCLOCK_WATCHDOG_ROUND_H */
