/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_HISTORY_H
#define GUESTCLOCK_HISTORY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum gc_fact - What context rows tell about a machine.
 * @GC_FACT_CLOCKSOURCE: name of the clocksource
 * @GC_FACT_CPUS_ONLINE: list of CPUs, as in sysfs
 * @GC_FACTS: number of facts
 */
enum gc_fact {
	GC_FACT_CLOCKSOURCE,
	GC_FACT_CPUS_ONLINE,
	GC_FACTS
};

/**
 * struct gc_moment - What was known of a machine from a context row on.
 * @boottime_ns: CLOCK_BOOTTIME of the row; of the one before where that is later
 * @fact: the facts, NULL where no row up to this one told; owned by the rows
 */
struct gc_moment {
	int64_t boottime_ns;
	const char *fact[GC_FACTS];
};

/**
 * struct gc_history - What one boot's machine looked like, and when.
 * @rows: JSON array of the context rows, NULL for none
 * @moments: one for each row
 * @count: number of @moments
 * @room: allocated entries of @moments
 * @first: facts as they were told first
 */
struct gc_history {
	json_t *rows;
	struct gc_moment *moments;
	size_t count;
	size_t room;
	const char *first[GC_FACTS];
};

int gc_history_add(struct gc_history *history, json_t *context);
void gc_history_free(struct gc_history *history);
const char *gc_history_at(const struct gc_history *history, enum gc_fact fact,
			  int64_t boottime_ns);

#endif /* GUESTCLOCK_HISTORY_H */
