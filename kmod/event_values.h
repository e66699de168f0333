/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_EVENT_VALUES_H
#define GUESTCLOCK_EVENT_VALUES_H

#include <linux/types.h>

struct guestclock_event;

#define GUESTCLOCK_EVENT_VALUES	4

void guestclock_event_values(const struct guestclock_event *event,
			     s64 values[GUESTCLOCK_EVENT_VALUES]);

#endif /* GUESTCLOCK_EVENT_VALUES_H */
