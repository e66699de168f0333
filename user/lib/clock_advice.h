/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_ADVICE_H
#define GUESTCLOCK_CLOCK_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "clock_options.h"
#include "cpu_facts.h"

/**
 * struct gc_clock_evidence - What a clocksource is recommended by.
 * @cpu: what the CPU tells
 * @options: what the command line says
 * @current: name of the current clocksource
 * @available: names of those that one can switch to, separated by blanks, the one
 *   of the highest rating first
 * @tsc_marked: the kernel holds the TSC for unstable
 * @tsc_skewed: a TSC was measured to be apart from another beyond the threshold,
 *   or to jump
 * @tsc_odd: all clocks were compared, the TSC is surely the odd one out, and so
 *   kvm-clock is not
 * @pages: pvclock pages that were read
 * @stable_pages: of these, with TSC_STABLE
 */
struct gc_clock_evidence {
	struct gc_cpu_facts cpu;
	const struct gc_clock_options *options;
	const char *current;
	const char *available;
	bool tsc_marked;
	bool tsc_skewed;
	bool tsc_odd;
	unsigned int pages;
	unsigned int stable_pages;
};

/**
 * struct gc_clock_advice - A recommendation.
 * @name: the clocksource, "" when there is nothing to recommend
 * @reason: why
 * @action: what to do about it
 */
struct gc_clock_advice {
	char name[GC_CLOCK_NAME_SIZE];
	const char *reason;
	char action[192];
};

void gc_clock_advise(const struct gc_clock_evidence *evidence, struct gc_clock_advice *advice);
bool gc_clock_has(const char *list, const char *name);
void gc_clock_ratings(const struct gc_clock_evidence *evidence, int current_rating,
		      char *buf, size_t size);

#endif /* GUESTCLOCK_CLOCK_ADVICE_H */
