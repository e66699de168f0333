/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNIT_MADE_PAGES_H
#define GUESTCLOCK_UNIT_MADE_PAGES_H

/* Recordings of pages that are made up: lines of JSON, as record writes them. */

#include <stdint.h>
#include <stdio.h>

#define SECOND ((int64_t)1000000000)

/* Pages of these recordings have a TSC of 1 GHz, so that cycles are ns. */
#define IDENTITY "\"machine_id\":\"m\",\"boot_id\":\"b\",\"load_id\":\"0x0000000000000007\"," \
	"\"restore_epoch\":0"

static inline void put_context(FILE *to, const char *clocksource, const char *cpus)
{
	fprintf(to, "{\"record\":\"context\",\"boottime_ns\":\"1\",\"clocksource\":\"%s\","
		"\"cpus_online\":\"%s\",\"machine_id\":\"m\",\"boot_id\":\"b\"}\n",
		clocksource, cpus);
}

static inline void put_page(FILE *to, const char *key, int64_t tsc, int64_t clock,
			    unsigned int mul, unsigned int flags)
{
	fprintf(to, "\"%s\":{\"version\":2,\"tsc_timestamp\":\"%ld\",\"system_time_ns\":\"%ld\","
		"\"tsc_to_system_mul\":%u,\"tsc_shift\":1,\"flags\":%u},", key, tsc, clock,
		2147483648u + mul, flags);
}

/**
 * struct update - An update of a vCPU's page.
 * @cpu: the vCPU
 * @at: TSC when the host wrote the page
 * @window: cycles between the two polls, the second one 0.1 s after @at
 * @delay: cycles by which that came later
 * @jump: discontinuity
 * @age: cycles since the update before
 * @mul: added to the multiplier, which makes 1 GHz
 * @flags: of the new page; the old one has TSC_STABLE if the new one has it
 */
struct update {
	unsigned int cpu;
	int64_t at;
	int64_t window;
	int64_t delay;
	int64_t jump;
	int64_t age;
	unsigned int mul;
	unsigned int flags;
};

static inline void put_update(FILE *to, unsigned int seq, const struct update *update)
{
	int64_t found = update->at + SECOND / 10 + update->delay;

	fprintf(to, "{\"seq\":\"%u\",\"type\":\"pvclock_update\",\"source\":\"poll\","
		"\"subject_cpu\":%u,\"tsc_before_cycles\":\"%ld\",\"boottime_ns\":\"%ld\","
		"\"realtime_ns\":\"%ld\",\"not_before_tsc_cycles\":\"%ld\","
		"\"not_after_tsc_cycles\":\"%ld\",", seq, update->cpu, found, found,
		1000 * SECOND + found, found - update->window, found);
	put_page(to, "page_old", update->at - update->age, update->at - update->age,
		 0, update->flags & 1);
	put_page(to, "page_new", update->at, update->at + update->jump, update->mul,
		 update->flags);
	fprintf(to, "\"discontinuity_ns\":%ld," IDENTITY "}\n", update->jump);
}

#endif /* GUESTCLOCK_UNIT_MADE_PAGES_H */
