// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings, or parts of one, that grew from one snapshot: the same identities
 * with other content. Where they part is found by comparing event by event.
 */
#include "continuation.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "schema.h"

/**
 * struct cursor - Goes through the events of one life of a load.
 * @evidence: the recording
 * @at: index of the event
 * @life: the life
 */
struct cursor {
	const struct gc_evidence *evidence;
	size_t at;
	size_t life;
};

/**
 * struct parting - What two lives have in common.
 * @same: the last event that both have, NULL for none
 * @first_same: the first one
 * @other: the first event of the second one that says something else than the
 *   first one's of the same seq, NULL for none
 */
struct parting {
	const struct gc_row *first_same;
	const struct gc_row *same;
	const struct gc_row *other;
};

/* What the recorder declared lost is no event of the machine. */
static const struct gc_row *next_event(struct cursor *cursor)
{
	const struct gc_evidence *evidence = cursor->evidence;
	const struct gc_value *v;

	for (; cursor->at < evidence->event_count; cursor->at++) {
		v = evidence->events[cursor->at]->v;
		if (evidence->lives[cursor->at] == cursor->life &&
		    (!v[GC_EVENT_SOURCE].present || v[GC_EVENT_SOURCE].u != GC_SOURCE_CLIENT))
			return evidence->events[cursor->at];
	}
	return NULL;
}

/* Events of a life come in the order of their seq. */
static void compare(struct cursor one, struct cursor other, struct parting *parting)
{
	const struct gc_row *event, *other_event;

	memset(parting, 0, sizeof(*parting));
	while ((event = next_event(&one)) && (other_event = next_event(&other))) {
		if (event->v[GC_EVENT_SEQ].u < other_event->v[GC_EVENT_SEQ].u) {
			one.at++;
			continue;
		}
		if (event->v[GC_EVENT_SEQ].u > other_event->v[GC_EVENT_SEQ].u) {
			other.at++;
			continue;
		}
		if (!gc_row_is_same(event, other_event)) {
			parting->other = other_event;
			return;
		}
		parting->same = other_event;
		if (!parting->first_same)
			parting->first_same = other_event;
		one.at++;
		other.at++;
	}
}

/* The same identities with other content. */
static struct gc_row *parted(const struct gc_row *event, const char *who)
{
	uint64_t seq = event->v[GC_EVENT_SEQ].u;
	struct gc_row *incident;

	incident = gc_incident_new("migration-or-restore", "high",
				   "the same identity stands for different events");
	if (!incident)
		return NULL;
	gc_incident_identify(incident, event);
	if (event->v[GC_EVENT_REALTIME].present)
		gc_row_set_s(incident, GC_INCIDENT_BEGIN, event->v[GC_EVENT_REALTIME].s);
	gc_incident_print(incident, GC_INCIDENT_TEXT, "%s ", who);
	if (seq > 1)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "share their past up to seq %" PRIu64 " and ", seq - 1);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "differ from seq %" PRIu64 " on: two continuations of one snapshot", seq);
	return incident;
}

static struct gc_row *agreed(const struct parting *parting)
{
	struct gc_row *incident;

	incident = gc_incident_new("undetermined", "high", "compared event by event");
	if (!incident)
		return NULL;
	gc_incident_identify(incident, parting->same);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "two parts of this recording say the same of seq %" PRIu64 " to %" PRIu64
			  ": it holds copies", parting->first_same->v[GC_EVENT_SEQ].u,
			  parting->same->v[GC_EVENT_SEQ].u);
	return incident;
}

/**
 * gc_continuation_of_recording() - Tell why a recording goes back to a lower seq.
 * @timeline: the timeline
 * @at: index of the first event of a life whose load had one before
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_continuation_of_recording(struct gc_timeline *timeline, size_t at)
{
	const struct gc_evidence *evidence = timeline->evidence;
	struct cursor other = { evidence, at, evidence->lives[at] };
	const struct gc_row *event = evidence->events[at];
	struct cursor one = { evidence, 0, other.life };
	struct parting parting;
	struct gc_row *incident;

	do {
		one.at = evidence->life_begins[--one.life];
	} while (one.life && !gc_evidence_same_load(event, evidence->events[one.at]));
	compare(one, other, &parting);
	if (parting.other)
		return parted(parting.other, "two parts of this recording");
	if (parting.same)
		return agreed(&parting);
	incident = gc_incident_new("undetermined", "low", "nothing in it is contradicted");
	if (!incident)
		return NULL;
	gc_incident_identify(incident, event);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the recording goes back to seq %" PRIu64 ": it is not in order",
			  event->v[GC_EVENT_SEQ].u);
	return incident;
}

/**
 * gc_continuation_of_files() - Tell where two recordings part that grew from one snapshot.
 * @one: the one
 * @path: its name
 * @other: the other one
 * @other_path: its name
 * @fn: gets an entry, which it owns, for each load of which they have different
 *   events under the same identity; its first non-zero return ends it
 * @arg: handed to @fn
 *
 * Return: 0, -ENOMEM, or what @fn returned.
 */
int gc_continuation_of_files(struct gc_timeline *one, const char *path,
			     struct gc_timeline *other, const char *other_path,
			     int (*fn)(struct gc_row *incident, void *arg), void *arg)
{
	struct cursor a = { one->evidence, 0, 0 }, b = { other->evidence, 0, 0 };
	const size_t *a_begins = a.evidence->life_begins, *b_begins = b.evidence->life_begins;
	struct gc_row *incident;
	struct parting parting;
	char who[512];
	int ret = 0;

	snprintf(who, sizeof(who), "recordings %s and %s", path, other_path);
	for (a.life = 0; a.life < a.evidence->life_count; a.life++) {
		for (b.life = 0; b.life < b.evidence->life_count && !ret; b.life++) {
			a.at = a_begins[a.life];
			b.at = b_begins[b.life];
			if (!gc_evidence_same_load(a.evidence->events[a.at],
						   b.evidence->events[b.at]))
				continue;
			compare(a, b, &parting);
			if (!parting.other)
				continue;
			incident = parted(parting.other, who);
			if (!incident)
				return -ENOMEM;
			gc_incident_print(incident, GC_INCIDENT_FIRST_RECORDING, "%s", path);
			gc_incident_print(incident, GC_INCIDENT_SECOND_RECORDING, "%s",
					  other_path);
			ret = fn(incident, arg);
		}
	}
	return ret;
}
