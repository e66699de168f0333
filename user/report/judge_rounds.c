// SPDX-License-Identifier: GPL-2.0-only
/* Rounds of the kernel's clocksource watchdog. */
#include <inttypes.h>
#include <linux/guestclock.h>

#include "arith.h"
#include "event_line.h"
#include "round_finding.h"
#include "schema.h"
#include "timeline.h"

static const char *result_words(uint64_t result)
{
	switch (result) {
	case GUESTCLOCK_WATCHDOG_RESULT_PASSED:
		return "and let it be";
	case GUESTCLOCK_WATCHDOG_RESULT_RESET:
		return "for the first time after a reset, which compares nothing";
	case GUESTCLOCK_WATCHDOG_RESULT_LONG_INTERVAL:
		return "over an interval that it does not judge, as it is too long";
	case GUESTCLOCK_WATCHDOG_RESULT_SKIPPED:
		return "but could not read it in time, and pauses for five minutes";
	case GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT:
		return "but could not read it in time, and tries again in the next round";
	case GUESTCLOCK_WATCHDOG_RESULT_SKEWED:
		return "and found them too far apart, and marks it";
	case GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE:
		return "but could not read it in time, and marks it";
	case GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED:
		return "and saw it go backwards between two CPUs, and marks it";
	default:
		return "with a result that this program does not know";
	}
}

static void describe(struct gc_row *incident, const struct gc_row *event,
		     const struct gc_round_finding *finding)
{
	const struct gc_value *v = event->v;
	char size[GC_TIME_SIZE];

	gc_incident_print(incident, GC_INCIDENT_TEXT, "the kernel's watchdog compared %s with %s ",
			  v[GC_EVENT_CLOCKSOURCE].present ?
			  gc_row_text(event, GC_EVENT_CLOCKSOURCE) : "a clocksource",
			  v[GC_EVENT_WD_REFERENCE].present ?
			  gc_row_text(event, GC_EVENT_WD_REFERENCE) : "its reference");
	gc_incident_print(incident, GC_INCIDENT_TEXT, "%s",
			  result_words(v[GC_EVENT_WD_RESULT].u));
	if (gc_round_is_late(event))
		gc_incident_print(incident, GC_INCIDENT_TEXT, "; the round ran %s late",
				  gc_duration_format(v[GC_EVENT_WD_LATENESS].s, size,
						     sizeof(size)));
	if (v[GC_EVENT_WD_DIFFERENCE].present)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "; it went %s %s than the reference",
				  gc_duration_format(gc_magnitude(v[GC_EVENT_WD_DIFFERENCE].s),
						     size, sizeof(size)),
				  v[GC_EVENT_WD_DIFFERENCE].s < 0 ? "less far" : "further");
	if (v[GC_EVENT_WD_READBACK].present)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "; two readings of the reference in a row took %s",
				  gc_duration_format((int64_t)v[GC_EVENT_WD_READBACK].u, size,
						     sizeof(size)));
	if (finding->wraps == 1)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "; the reference wrapped once");
	else if (finding->wraps)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "; the reference wrapped %" PRIu64 " times", finding->wraps);
}

/**
 * gc_judge_round() - Judge a round of the kernel's watchdog.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_round(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at];
	struct gc_round_finding finding;
	struct gc_row *incident;

	gc_round_find(timeline->evidence, at, &finding);
	incident = gc_incident_new(finding.class, finding.confidence, finding.reason);
	if (!incident)
		return NULL;
	gc_incident_identify(incident, event);
	if (finding.witness)
		gc_incident_identify(incident, finding.witness);
	if (event->v[GC_EVENT_REALTIME].present)
		gc_row_set_s(incident, GC_INCIDENT_BEGIN, event->v[GC_EVENT_REALTIME].s);
	if (event->v[GC_EVENT_SUBJECT_CPU].present)
		gc_incident_add(incident, GC_INCIDENT_CPUS, event->v[GC_EVENT_SUBJECT_CPU].u);
	gc_incident_copy_text(incident, GC_INCIDENT_CLOCKSOURCE, event, GC_EVENT_CLOCKSOURCE);
	describe(incident, event, &finding);
	return incident;
}
