// SPDX-License-Identifier: GPL-2.0-only
/* TSCs that were measured to be apart, and TSCs that were moved. */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdio.h>
#include <string.h>

#include "arith.h"
#include "schema.h"
#include "timeline.h"

/* The module reports what one measurement found at once, the adjustment first. */
#define SAME_MEASUREMENT_NS	1000000000LL

static bool is_inconsistent(const struct gc_row *event)
{
	return event->v[GC_EVENT_TSC_STATE].present &&
	       event->v[GC_EVENT_TSC_STATE].u == GUESTCLOCK_TSC_STATE_INCONSISTENT;
}

static bool is_of_cpu(const struct gc_row *event, uint64_t type, const struct gc_row *other)
{
	return event->v[GC_EVENT_TYPE].u == type && event->v[GC_EVENT_SUBJECT_CPU].present &&
	       event->v[GC_EVENT_SUBJECT_CPU].u == other->v[GC_EVENT_SUBJECT_CPU].u &&
	       gc_evidence_same_load(event, other);
}

/* The event of a type before one, about the same CPU; NULL where there is none. */
static const struct gc_row *find_before(const struct gc_evidence *evidence, size_t at,
					uint64_t type)
{
	const struct gc_row *event = evidence->events[at];
	size_t i;

	for (i = at; i-- > evidence->life_begins[evidence->lives[at]];) {
		if (is_of_cpu(evidence->events[i], type, event))
			return evidence->events[i];
	}
	return NULL;
}

/*
 * An offset that came back under the threshold is reported, too. Recordings of older
 * modules do not say which it is; there one that is smaller came back.
 */
static bool is_back(const struct gc_evidence *evidence, size_t at)
{
	const struct gc_row *event = evidence->events[at];
	uint64_t offset = gc_magnitude(event->v[GC_EVENT_OFFSET_CYCLES].s);
	const struct gc_row *before;

	if (event->v[GC_EVENT_TSC_BEYOND].present)
		return !event->v[GC_EVENT_TSC_BEYOND].u;
	if (offset <= event->v[GC_EVENT_BOUND_CYCLES].u)
		return true;
	before = find_before(evidence, at, GUESTCLOCK_EVENT_TYPE_TSC_OFFSET);
	if (!before)
		return false;
	return is_inconsistent(before) ||
	       offset < (uint64_t)gc_magnitude(before->v[GC_EVENT_OFFSET_CYCLES].s);
}

/**
 * gc_tsc_is_skewed() - Whether an event says that a TSC is apart from another.
 * @evidence: the recording
 * @at: index of the event
 *
 * Return: false as well for the event that it is not any more.
 */
bool gc_tsc_is_skewed(const struct gc_evidence *evidence, size_t at)
{
	const struct gc_row *event = evidence->events[at];

	if (event->v[GC_EVENT_TYPE].u != GUESTCLOCK_EVENT_TYPE_TSC_OFFSET)
		return false;
	if (is_inconsistent(event))
		return true;
	return event->v[GC_EVENT_OFFSET_CYCLES].present &&
	       event->v[GC_EVENT_BOUND_CYCLES].present && !is_back(evidence, at);
}

static struct gc_row *judge_inconsistent(struct gc_timeline *timeline, size_t at)
{
	const struct gc_value *v = timeline->evidence->events[at]->v;
	struct gc_row *incident;
	const char *what;

	switch (v[GC_EVENT_TSC_FAULT].present ? v[GC_EVENT_TSC_FAULT].u : 0) {
	case GUESTCLOCK_TSC_FAULT_JUMP:
		what = "jumped";
		break;
	case GUESTCLOCK_TSC_FAULT_RATE:
		what = "ran at another rate, or jumped again and again,";
		break;
	default:
		what = "jumped or ran at another rate";
		break;
	}
	incident = gc_judge_begin(timeline, at, "tsc-skew", "medium",
				  "no single offset explains all rounds of the measurement");
	if (incident)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "the TSC of CPU %" PRIu64 " %s while it was measured against CPU"
				  " %" PRIu64, v[GC_EVENT_SUBJECT_CPU].u, what,
				  v[GC_EVENT_REF_CPU].u);
	return incident;
}

/* What the offset does to whoever reads the time. */
static void add_effect(const struct gc_timeline *timeline, size_t at, struct gc_row *incident)
{
	const struct gc_row *event = timeline->evidence->events[at];
	const char *clocksource = timeline->evidence->clocksources[at];

	if (!clocksource || strcmp(clocksource, "tsc"))
		return;
	gc_incident_print(incident, GC_INCIDENT_CLOCKSOURCE, "tsc");
	gc_incident_print(incident, GC_INCIDENT_EFFECT,
			  "under tsc the time read on CPU %" PRIu64 " is %s, and goes back for"
			  " whoever moves to %s CPU", event->v[GC_EVENT_SUBJECT_CPU].u,
			  event->v[GC_EVENT_OFFSET_CYCLES].s < 0 ? "behind" : "ahead",
			  event->v[GC_EVENT_OFFSET_CYCLES].s < 0 ? "this" : "another");
}

/**
 * gc_judge_offset() - Judge a measured TSC offset.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_offset(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at];
	const struct gc_value *v = event->v;
	int64_t offset = v[GC_EVENT_OFFSET_CYCLES].s;
	struct gc_row *incident;

	if (is_inconsistent(event))
		return judge_inconsistent(timeline, at);
	if (!v[GC_EVENT_OFFSET_CYCLES].present || !v[GC_EVENT_BOUND_CYCLES].present)
		return gc_judge_unknown(timeline, at);
	incident = gc_judge_begin(timeline, at, "tsc-skew", "high", "measured, with its bound");
	if (!incident)
		return NULL;
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the TSC of CPU %" PRIu64 " is %" PRId64 " +- %" PRIu64
			  " cycles %s that of CPU %" PRIu64, v[GC_EVENT_SUBJECT_CPU].u,
			  gc_magnitude(offset), v[GC_EVENT_BOUND_CYCLES].u,
			  offset < 0 ? "behind" : "ahead of", v[GC_EVENT_REF_CPU].u);
	if (is_back(timeline->evidence, at))
		gc_incident_print(incident, GC_INCIDENT_TEXT, ": it is in step again");
	else
		add_effect(timeline, at, incident);
	return incident;
}

/* The offset that the measurement reported along with an adjustment. */
static size_t find_offset(const struct gc_timeline *timeline, size_t at)
{
	const struct gc_evidence *evidence = timeline->evidence;
	const struct gc_row *event = evidence->events[at], *other;
	size_t i;

	for (i = at + 1; i < evidence->event_count; i++) {
		other = evidence->events[i];
		if (evidence->lives[i] != evidence->lives[at] ||
		    gc_subtract((int64_t)other->v[GC_EVENT_BOOTTIME].u,
				(int64_t)event->v[GC_EVENT_BOOTTIME].u) > SAME_MEASUREMENT_NS ||
		    is_of_cpu(other, GUESTCLOCK_EVENT_TYPE_TSC_ADJUST, event))
			break;
		if (is_of_cpu(other, GUESTCLOCK_EVENT_TYPE_TSC_OFFSET, event))
			return i;
	}
	return at;
}

static void describe_adjust(const struct gc_timeline *timeline, size_t at,
			    struct gc_row *incident)
{
	const struct gc_row *event = timeline->evidence->events[at], *before;
	const struct gc_value *v = event->v;

	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "IA32_TSC_ADJUST of CPU %" PRIu64 " went from %" PRId64 " to %" PRId64
			  " cycles", v[GC_EVENT_SUBJECT_CPU].u, v[GC_EVENT_ADJUST_OLD].s,
			  v[GC_EVENT_ADJUST_NEW].s);
	before = find_before(timeline->evidence, at, GUESTCLOCK_EVENT_TYPE_TSC_ADJUST);
	if (before && before->v[GC_EVENT_ADJUST_OLD].present &&
	    before->v[GC_EVENT_ADJUST_OLD].s == v[GC_EVENT_ADJUST_NEW].s)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  ": it was put back, which the kernel does where it trusts the TSC");
}

/**
 * gc_judge_adjust() - Judge a TSC that was moved.
 * @timeline: the timeline, in which the offset found with it is marked as taken
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_adjust(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at];
	size_t offset = find_offset(timeline, at);
	struct gc_row *incident;
	char evidence[64];

	if (!event->v[GC_EVENT_ADJUST_OLD].present || !event->v[GC_EVENT_ADJUST_NEW].present)
		return gc_judge_unknown(timeline, at);
	if (offset != at) {
		timeline->taken[offset] = true;
		incident = gc_judge_offset(timeline, offset);
		if (!incident)
			return NULL;
		gc_incident_print(incident, GC_INCIDENT_TEXT, "; ");
		snprintf(evidence, sizeof(evidence), "%" PRIu64 " %s",
			 event->v[GC_EVENT_SEQ].u, gc_row_text(incident, GC_INCIDENT_EVIDENCE));
		gc_row_set_text(incident, GC_INCIDENT_EVIDENCE, evidence, sizeof(evidence));
	} else {
		incident = gc_judge_begin(timeline, at, "undetermined", "low",
					  "the TSC was moved, but no offset passed the threshold"
					  " with it");
		if (!incident)
			return NULL;
	}
	describe_adjust(timeline, at, incident);
	return incident;
}
