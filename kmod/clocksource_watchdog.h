/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCKSOURCE_WATCHDOG_H
#define GUESTCLOCK_CLOCKSOURCE_WATCHDOG_H

#include <linux/types.h>

struct clocksource;

/**
 * struct guestclock_watchdog_source - one way to learn of a mark
 * @name: the source, for people
 * @err: 0 when it works, else the negative errno that it failed with
 * @hits: times it reported something
 */
struct guestclock_watchdog_source {
	const char *name;
	int err;
	u64 hits;
};

int guestclock_watchdog_init(bool use_kprobes, u32 late_ms, bool all_rounds);
void guestclock_watchdog_exit(void);
void guestclock_watchdog_poll(void);
void guestclock_watchdog_saw_reason(const char *reason);
void guestclock_watchdog_saw_unstable(const struct clocksource *cs,
				      unsigned long caller);
bool guestclock_watchdog_source_at(unsigned int index,
				   struct guestclock_watchdog_source *source);
bool guestclock_watchdog_sees_rounds(void);
u64 guestclock_watchdog_marks(void);

#endif /* GUESTCLOCK_CLOCKSOURCE_WATCHDOG_H */
