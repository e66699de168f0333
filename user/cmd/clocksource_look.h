/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCKSOURCE_LOOK_H
#define GUESTCLOCK_CLOCKSOURCE_LOOK_H

#include "clock_advice.h"
#include "clock_options.h"
#include "clock_read.h"
#include "link.h"

/**
 * struct gc_clocksource_look - All that is known of this guest's clocksources.
 * @row: the current one, columns of gc_schema_clocksource
 * @options: what the command line says
 * @evidence: what a recommendation follows from
 * @advice: the recommendation
 * @read: how reads of the time went
 * @read_err: why that is not known, or 0
 * @has_watchdog: the module tells of the kernel's watchdog, which older ones do not
 * @available: names of the available ones
 */
struct gc_clocksource_look {
	struct gc_row *row;
	struct gc_clock_options options;
	struct gc_clock_evidence evidence;
	struct gc_clock_advice advice;
	struct gc_clock_read read;
	int read_err;
	bool has_watchdog;
	char available[256];
};

int gc_clocksource_look(struct gc_clocksource_look *look, struct gc_link *link);
const char *gc_clocksource_reading(const struct gc_clocksource_look *look);

#endif /* GUESTCLOCK_CLOCKSOURCE_LOOK_H */
