/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_OBSERVER_H
#define GUESTCLOCK_OBSERVER_H

#include <uapi/linux/guestclock.h>

#define GUESTCLOCK_DETAIL_LEN	160

/**
 * struct guestclock_observer - whether an observer can see
 * @name: the observer, as its debugfs file is named
 * @state: whether it observes, and by its best source
 * @detail: by which source, or what is missing, for people
 *
 * Written by the observer's init and read-only from then on.
 */
struct guestclock_observer {
	const char *name;
	enum guestclock_observer_state state;
	char detail[GUESTCLOCK_DETAIL_LEN];
};

extern struct guestclock_observer guestclock_pvclock_observer;
extern struct guestclock_observer guestclock_tsc_observer;
extern struct guestclock_observer guestclock_clocksource_observer;
extern struct guestclock_observer guestclock_watchdog_observer;

const struct guestclock_observer *guestclock_observer_at(unsigned int index);
void guestclock_observer_set(struct guestclock_observer *observer,
			     enum guestclock_observer_state state,
			     const char *format, ...) __printf(3, 4);

#endif /* GUESTCLOCK_OBSERVER_H */
