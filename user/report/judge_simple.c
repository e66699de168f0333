// SPDX-License-Identifier: GPL-2.0-only
/* Events that speak for themselves. */
#include <inttypes.h>
#include <linux/guestclock.h>

#include "arith.h"
#include "array.h"
#include "event_line.h"
#include "schema.h"
#include "timeline.h"

/**
 * gc_judge_begin() - Begin an entry of an event.
 * @timeline: the timeline
 * @at: index of the event
 * @class: the verdict
 * @confidence: "high", "medium" or "low"
 * @reason: why not more, or not less
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_begin(const struct gc_timeline *timeline, size_t at, const char *class,
			      const char *confidence, const char *reason)
{
	const struct gc_row *event = timeline->evidence->events[at];
	struct gc_row *incident = gc_incident_new(class, confidence, reason);

	if (!incident)
		return NULL;
	gc_incident_identify(incident, event);
	if (event->v[GC_EVENT_REALTIME].present)
		gc_row_set_s(incident, GC_INCIDENT_BEGIN, event->v[GC_EVENT_REALTIME].s);
	if (event->v[GC_EVENT_SUBJECT_CPU].present)
		gc_incident_add(incident, GC_INCIDENT_CPUS, event->v[GC_EVENT_SUBJECT_CPU].u);
	return incident;
}

static void set_instantaneous(struct gc_row *incident)
{
	gc_row_set_s(incident, GC_INCIDENT_DURATION, 0);
	gc_row_set_s(incident, GC_INCIDENT_BOUND, 0);
}

/**
 * gc_judge_step() - Judge a step of the wall clock.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_step(struct gc_timeline *timeline, size_t at)
{
	const struct gc_value *v = timeline->evidence->events[at]->v;
	char size[GC_TIME_SIZE], from[GC_TIME_SIZE], to[GC_TIME_SIZE];
	struct gc_row *incident;
	int64_t after;

	incident = gc_judge_begin(timeline, at, "clock-step", "high",
				  "seen inside the timekeeper's update");
	if (!incident)
		return NULL;
	set_instantaneous(incident);
	if (!v[GC_EVENT_STEP].present || !v[GC_EVENT_REALTIME].present ||
	    __builtin_add_overflow(v[GC_EVENT_REALTIME].s, v[GC_EVENT_STEP].s, &after)) {
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "the wall clock was set, the event does not tell by how much");
		return incident;
	}
	gc_row_set_s(incident, GC_INCIDENT_STEP, v[GC_EVENT_STEP].s);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the wall clock was set %s by %s, from %s to %s",
			  v[GC_EVENT_STEP].s < 0 ? "back" : "forward",
			  gc_duration_format(gc_magnitude(v[GC_EVENT_STEP].s), size, sizeof(size)),
			  gc_time_format(v[GC_EVENT_REALTIME].s, from, sizeof(from)),
			  gc_time_format(after, to, sizeof(to)));
	return incident;
}

/**
 * gc_judge_switch() - Judge a switch of the clocksource.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_switch(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at];
	struct gc_row *incident;

	incident = gc_judge_begin(timeline, at, "clocksource-switch", "high",
				  "seen inside the timekeeper's update");
	if (!incident)
		return NULL;
	set_instantaneous(incident);
	gc_incident_copy_text(incident, GC_INCIDENT_CLOCKSOURCE, event, GC_EVENT_CLOCKSOURCE);
	gc_incident_copy_text(incident, GC_INCIDENT_CLOCKSOURCE_OLD, event,
			      GC_EVENT_CLOCKSOURCE_OLD);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the timekeeper went from %s to %s",
			  gc_row_text(event, GC_EVENT_CLOCKSOURCE_OLD),
			  gc_row_text(event, GC_EVENT_CLOCKSOURCE));
	if (event->v[GC_EVENT_VDSO_CLOCK_MODE].present &&
	    !event->v[GC_EVENT_VDSO_CLOCK_MODE].s)
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "reading the time takes a system call now");
	return incident;
}

/**
 * gc_judge_lost() - Tell of events that are not in the recording.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_lost(struct gc_timeline *timeline, size_t at)
{
	static const char *const where[] = {
		[GUESTCLOCK_LOST_REASON_STAGING_OVERFLOW] = "in the module, which was overrun",
		[GUESTCLOCK_LOST_REASON_LOG_OVERWRITTEN] =
			"because the module's log had dropped them before they were read",
		[GUESTCLOCK_LOST_REASON_SOCKET] =
			"on the way to the recorder, and dropped from the module's log meanwhile",
		[GUESTCLOCK_LOST_REASON_MODULE_GONE] = "with the module, when it was unloaded",
	};
	const struct gc_value *v = timeline->evidence->events[at]->v;
	uint64_t reason = v[GC_EVENT_LOST_REASON].u;
	struct gc_row *incident;

	incident = gc_judge_begin(timeline, at, "lost", "high",
				  "declared by the module or the recorder");
	if (!incident)
		return NULL;
	gc_row_set_u(incident, GC_INCIDENT_LOST_COUNT, v[GC_EVENT_LOST_COUNT].u);
	gc_incident_print(incident, GC_INCIDENT_TEXT, "%" PRIu64 " events were lost %s",
			  v[GC_EVENT_LOST_COUNT].u,
			  reason && reason < ARRAY_SIZE(where) ?
			  where[reason] : "for a reason that this program does not know");
	return incident;
}

/**
 * gc_judge_restore() - Tell of a restore that the machine was told of.
 * @timeline: the timeline
 * @at: index of the first event after it
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_restore(struct gc_timeline *timeline, size_t at)
{
	const struct gc_value *v = timeline->evidence->events[at]->v;
	struct gc_row *incident;

	incident = gc_judge_begin(timeline, at, "migration-or-restore", "high",
				  "the hypervisor told the machine, by vmgenid");
	if (incident)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "the machine was restored from a snapshot, or is a clone, between"
				  " seq %" PRIu64 " and %" PRIu64 ": restore epoch %" PRIu64
				  "; for how long it did not run its own clocks do not tell",
				  v[GC_EVENT_SEQ].u - 1, v[GC_EVENT_SEQ].u,
				  v[GC_EVENT_RESTORE_EPOCH].u);
	return incident;
}

/* A newer program's word, or the number of a newer module. */
static const char *type_word(const struct gc_row *event, char *buf, size_t size)
{
	const char *word = json_string_value(json_object_get(event->unknown, "type"));

	return word ? word : gc_words_name(&gc_words_event_type, event->v[GC_EVENT_TYPE].u, buf,
					   size);
}

/**
 * gc_judge_unknown() - Tell of an event that no rule is made for.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_unknown(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at];
	bool known = gc_words_event_type.word(event->v[GC_EVENT_TYPE].u);
	struct gc_row *incident;
	char word[GC_VALUE_SIZE];

	incident = gc_judge_begin(timeline, at, "undetermined", "low",
				  "no rule for this type of event, or a part of it is missing");
	if (incident)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "an event of type %s, which %s",
				  type_word(event, word, sizeof(word)),
				  known ? "is not judged" : "this program does not know");
	return incident;
}
