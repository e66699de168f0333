// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observers: which there are, and whether each can see.
 */

#include <linux/kernel.h>

#include "observer.h"

static const struct guestclock_observer *const observers[] = {
	&guestclock_pvclock_observer,
	&guestclock_tsc_observer,
	&guestclock_clocksource_observer,
	&guestclock_watchdog_observer,
};

/**
 * guestclock_observer_at() - one observer after the other
 * @index: from 0
 *
 * Context: Any, once the module is loaded.
 * Return: the observer, or NULL past the last.
 */
const struct guestclock_observer *guestclock_observer_at(unsigned int index)
{
	return index < ARRAY_SIZE(observers) ? observers[index] : NULL;
}

/**
 * guestclock_observer_set() - an observer says whether it can see
 * @observer: the observer
 * @state: whether it can
 * @format: by which source, or what is missing
 *
 * Context: Process, while the module is being loaded.
 */
void guestclock_observer_set(struct guestclock_observer *observer,
			     enum guestclock_observer_state state,
			     const char *format, ...)
{
	va_list args;

	observer->state = state;
	va_start(args, format);
	vscnprintf(observer->detail, sizeof(observer->detail), format, args);
	va_end(args);
}
