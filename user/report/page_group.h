/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_PAGE_GROUP_H
#define GUESTCLOCK_PAGE_GROUP_H

#include "timeline.h"

/**
 * struct gc_page_group - Updates of several vCPUs' pages by one cause.
 * @first: the event that was found first
 * @cpus: vCPUs whose pages changed
 * @online: vCPUs there were, 0 where unknown
 * @low_ns: least discontinuity
 * @high_ns: greatest discontinuity
 * @window_ns: longest time between a look that saw the old page and one that
 *   saw the new, by the TSC, which no pause stops
 * @rate_ns: what the age of the old pages may have added to the discontinuity
 * @stopped: a page had GUEST_STOPPED set
 * @stable: all pages had TSC_STABLE set, before and after
 * @parameters: multiplier, shift or flags changed
 * @tsc_written: no page got a new system_time, only another tsc_timestamp
 * @tsc_moved_cycles: by how much the first page's tsc_timestamp moved
 */
struct gc_page_group {
	const struct gc_row *first;
	unsigned int cpus;
	unsigned int online;
	int64_t low_ns;
	int64_t high_ns;
	int64_t window_ns;
	int64_t rate_ns;
	bool stopped;
	bool stable;
	bool parameters;
	bool tsc_written;
	int64_t tsc_moved_cycles;
};

bool gc_page_group_is_whole(const struct gc_row *event);
void gc_page_group_collect(struct gc_page_group *group, struct gc_timeline *timeline,
			   size_t at, struct gc_row *incident);
int64_t gc_page_group_size(const struct gc_page_group *group);

#endif /* GUESTCLOCK_PAGE_GROUP_H */
