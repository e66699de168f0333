/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TIMELINE_H
#define GUESTCLOCK_TIMELINE_H

#include "evidence.h"
#include "incident.h"

/**
 * struct gc_entry - An entry and its place in the timeline.
 * @incident: the entry
 * @boot: index of its boot
 * @key_ns: place within the boot, about CLOCK_BOOTTIME
 * @order: order among entries of the same place
 */
struct gc_entry {
	struct gc_row *incident;
	size_t boot;
	int64_t key_ns;
	size_t order;
};

/**
 * struct gc_timeline - A recording, judged.
 * @evidence: the recording
 * @taken: by event, whether it is part of an entry already
 * @entries: the entries
 * @count: number of @entries
 */
struct gc_timeline {
	const struct gc_evidence *evidence;
	bool *taken;
	struct gc_entry *entries;
	size_t count;
};

int gc_timeline_build(struct gc_timeline *timeline, const struct gc_evidence *evidence,
		      bool all_lines);
void gc_timeline_free(struct gc_timeline *timeline);

/* Rules: make an entry of the event at an index, and of those it goes with. */
struct gc_row *gc_judge_pages(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_mark(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_step(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_switch(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_offset(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_adjust(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_lost(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_unknown(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_round(struct gc_timeline *timeline, size_t at);
struct gc_row *gc_judge_restore(struct gc_timeline *timeline, size_t at);

struct gc_row *gc_judge_begin(const struct gc_timeline *timeline, size_t at, const char *class,
			      const char *confidence, const char *reason);
bool gc_tsc_is_skewed(const struct gc_evidence *evidence, size_t at);
struct gc_row *gc_judge_line(const struct gc_timeline *timeline, const json_t *line,
			     bool all_lines);

#endif /* GUESTCLOCK_TIMELINE_H */
