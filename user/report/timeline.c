// SPDX-License-Identifier: GPL-2.0-only
/* Judge a recording: one rule per type of event, and the kernel's own lines. */
#include "timeline.h"

#include <errno.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "continuation.h"
#include "schema.h"

typedef struct gc_row *(*gc_rule)(struct gc_timeline *timeline, size_t at);

static const gc_rule rules[] = {
	[GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE] = gc_judge_pages,
	[GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH] = gc_judge_switch,
	[GUESTCLOCK_EVENT_TYPE_CLOCK_STEP] = gc_judge_step,
	[GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE] = gc_judge_mark,
	[GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND] = gc_judge_round,
	[GUESTCLOCK_EVENT_TYPE_TSC_OFFSET] = gc_judge_offset,
	[GUESTCLOCK_EVENT_TYPE_TSC_ADJUST] = gc_judge_adjust,
	[GUESTCLOCK_EVENT_TYPE_LOST] = gc_judge_lost,
};

static gc_rule rule_for(const struct gc_row *event)
{
	uint64_t type = event->v[GC_EVENT_TYPE].u;

	return type < ARRAY_SIZE(rules) && rules[type] ? rules[type] : gc_judge_unknown;
}

static int add_entry(struct gc_timeline *timeline, struct gc_row *incident, size_t boot,
		     int64_t key_ns)
{
	struct gc_entry *entries;

	entries = reallocarray(timeline->entries, timeline->count + 1, sizeof(*entries));
	if (!entries) {
		gc_row_free(incident);
		return -ENOMEM;
	}
	timeline->entries = entries;
	entries[timeline->count] = (struct gc_entry) {
		.incident = incident,
		.boot = boot,
		.key_ns = key_ns,
		.order = timeline->count,
	};
	timeline->count++;
	return 0;
}

/* What changed from one event of a load to the next: the machine was put back. */
static int judge_change(struct gc_timeline *timeline, size_t at, size_t boot, int64_t key_ns)
{
	const struct gc_evidence *evidence = timeline->evidence;
	struct gc_row *incident = NULL;

	if (!at || !gc_evidence_same_load(evidence->events[at - 1], evidence->events[at]))
		return 0;
	if (evidence->lives[at] != evidence->lives[at - 1])
		incident = gc_continuation_of_recording(timeline, at);
	else if (evidence->events[at]->v[GC_EVENT_RESTORE_EPOCH].u !=
		 evidence->events[at - 1]->v[GC_EVENT_RESTORE_EPOCH].u)
		incident = gc_judge_restore(timeline, at);
	else
		return 0;
	return incident ? add_entry(timeline, incident, boot, key_ns) : -ENOMEM;
}

/* Events of a load never overtake each other, whatever their clocks say. */
static int judge_events(struct gc_timeline *timeline)
{
	const struct gc_evidence *evidence = timeline->evidence;
	const struct gc_row *event, *last = NULL;
	struct gc_row *incident;
	int64_t key_ns = 0;
	size_t i, boot = 0;

	for (i = 0; i < evidence->event_count; i++) {
		event = evidence->events[i];
		if (!last || strcmp(gc_row_text(last, GC_EVENT_BOOT_ID),
				    gc_row_text(event, GC_EVENT_BOOT_ID))) {
			boot = gc_evidence_boot(evidence,
						gc_row_text(event, GC_EVENT_MACHINE_ID),
						gc_row_text(event, GC_EVENT_BOOT_ID));
			key_ns = INT64_MIN;
		}
		last = event;
		if ((int64_t)event->v[GC_EVENT_BOOTTIME].u > key_ns)
			key_ns = (int64_t)event->v[GC_EVENT_BOOTTIME].u;
		if (judge_change(timeline, i, boot, key_ns))
			return -ENOMEM;
		if (timeline->taken[i])
			continue;
		incident = rule_for(event)(timeline, i);
		if (!incident || add_entry(timeline, incident, boot, key_ns))
			return -ENOMEM;
	}
	return 0;
}

static int judge_lines(struct gc_timeline *timeline, bool all_lines)
{
	const struct gc_evidence *evidence = timeline->evidence;
	struct gc_row *incident;
	const json_t *line;
	size_t i, boot;

	for (i = 0; i < evidence->line_count; i++) {
		line = evidence->lines[i];
		incident = gc_judge_line(timeline, line, all_lines);
		if (!incident)
			continue;
		boot = gc_evidence_boot(evidence,
					json_string_value(json_object_get(line, "machine_id")),
					json_string_value(json_object_get(line, "boot_id")));
		if (add_entry(timeline, incident, boot,
			      gc_evidence_number(line, "boottime_ns")))
			return -ENOMEM;
	}
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct gc_entry *a = one, *b = other;

	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	if (a->key_ns != b->key_ns)
		return a->key_ns < b->key_ns ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/**
 * gc_timeline_build() - Judge a recording.
 * @timeline: where the entries go, for gc_timeline_free() in any case
 * @evidence: the recording, which must stay
 * @all_lines: take every line of the kernel's log, not only the telling ones
 *
 * Nothing but the recording goes into it, so that the same recording always
 * gives the same timeline.
 *
 * Return: 0, or -ENOMEM.
 */
int gc_timeline_build(struct gc_timeline *timeline, const struct gc_evidence *evidence,
		      bool all_lines)
{
	memset(timeline, 0, sizeof(*timeline));
	timeline->evidence = evidence;
	timeline->taken = calloc(evidence->event_count + 1, sizeof(*timeline->taken));
	if (!timeline->taken)
		return -ENOMEM;
	if (judge_events(timeline) || judge_lines(timeline, all_lines))
		return -ENOMEM;
	if (timeline->count)
		qsort(timeline->entries, timeline->count, sizeof(*timeline->entries), compare);
	return 0;
}

/**
 * gc_timeline_free() - Free what gc_timeline_build() made.
 * @timeline: the timeline
 */
void gc_timeline_free(struct gc_timeline *timeline)
{
	size_t i;

	for (i = 0; i < timeline->count; i++)
		gc_row_free(timeline->entries[i].incident);
	free(timeline->entries);
	free(timeline->taken);
}
