// SPDX-License-Identifier: GPL-2.0-only
/* Clocksources that the kernel marked unstable. */
#include <linux/guestclock.h>
#include <string.h>

#include "arith.h"
#include "clock_evidence.h"
#include "event_line.h"
#include "round_finding.h"
#include "schema.h"
#include "timeline.h"

/* A pause this long ago can still be within a round of the kernel's watchdog. */
#define AFTER_PAUSE_NS	5000000000LL

/* The last offset that was reported before the mark, if it is a skew. */
static const struct gc_row *find_skew(const struct gc_evidence *evidence, size_t at)
{
	const struct gc_row *event;

	while (at-- > 0) {
		event = evidence->events[at];
		if (evidence->lives[at] != evidence->lives[at + 1])
			return NULL;
		if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_TSC_OFFSET)
			return gc_tsc_is_skewed(evidence, at) ? event : NULL;
	}
	return NULL;
}

static const struct gc_row *find_pause(const struct gc_timeline *timeline,
				       const struct gc_row *mark)
{
	const struct gc_row *incident;
	int64_t ago;
	size_t i;

	for (i = timeline->count; i-- > 0;) {
		incident = timeline->entries[i].incident;
		if (incident->v[GC_INCIDENT_LOAD_ID].u != mark->v[GC_EVENT_LOAD_ID].u ||
		    strcmp(gc_row_text(incident, GC_INCIDENT_BOOT_ID),
			   gc_row_text(mark, GC_EVENT_BOOT_ID)))
			return NULL;
		if (strcmp(gc_row_text(incident, GC_INCIDENT_CLASS), "vm-pause"))
			continue;
		/* Entries of events come in the order of the events. */
		ago = gc_subtract(mark->v[GC_EVENT_REALTIME].s,
				  gc_add(incident->v[GC_INCIDENT_BEGIN].s,
					 incident->v[GC_INCIDENT_DURATION].s));
		return ago < AFTER_PAUSE_NS ? incident : NULL;
	}
	return NULL;
}

static void set(struct gc_round_finding *finding, const char *class, const char *confidence,
		const char *reason)
{
	finding->class = class;
	finding->confidence = confidence;
	finding->reason = reason;
}

/* Whether the kernel judged by a clock that is odd, or that stood still in a pause. */
static bool is_by_wrong_clock(const struct gc_row *round, int marked,
			      const struct gc_cross_verdict *verdict)
{
	unsigned int right = verdict->side[marked];
	int reference;

	if (verdict->outcome == GC_CROSS_ODD ? verdict->odd[GC_CROSS_HOST] :
	    !verdict->like_pause || marked != GC_CROSS_TSC || verdict->side[GC_CROSS_HOST] != right)
		return false;
	if (!round || !round->v[GC_EVENT_WD_REFERENCE].present)
		return true;
	reference = gc_cross_find(gc_row_text(round, GC_EVENT_WD_REFERENCE));
	return reference >= 0 && verdict->side[reference] == 3 - right;
}

/* What the readings say that the module took before and after the mark, if anything. */
static bool find_odd(const struct gc_evidence *evidence, size_t at, const struct gc_row *round,
		     struct gc_round_finding *finding, char *words, size_t size)
{
	const char *name = gc_row_text(evidence->events[at], GC_EVENT_CLOCKSOURCE);
	struct gc_cross_verdict verdict;
	int clock = gc_cross_find(name);

	if (!gc_clock_evidence_judge(evidence, at, &verdict, words, size) || clock < 0)
		return false;
	if (verdict.odd[clock] && verdict.odd[GC_CROSS_TSC])
		set(finding, "tsc-skew", verdict.sure ? "high" : "medium",
		    "all clocks were read before and after, and it is the odd one");
	else if (verdict.odd[clock])
		set(finding, "undetermined", "low",
		    "all clocks were read before and after, and it is the odd one, while the TSC is not");
	else if (verdict.side[clock] && is_by_wrong_clock(round, clock, &verdict))
		set(finding, "reference-fault", "medium",
		    "all clocks were read before and after, and it is not the odd one");
	else if (verdict.outcome == GC_CROSS_UNDETERMINED &&
		 strcmp(finding->class, "undetermined"))
		set(finding, "undetermined", "low",
		    "all clocks were read before and after, and some are apart by more than the round tells");
	else
		return false;
	return true;
}

static void describe(struct gc_row *incident, const struct gc_row *event)
{
	char word[GC_VALUE_SIZE];

	gc_incident_copy_text(incident, GC_INCIDENT_CLOCKSOURCE, event, GC_EVENT_CLOCKSOURCE);
	gc_incident_copy_text(incident, GC_INCIDENT_REASON, event, GC_EVENT_REASON);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the kernel marked %s unstable, reason: %s; known by %s",
			  gc_row_text(event, GC_EVENT_CLOCKSOURCE),
			  gc_row_text(event, GC_EVENT_REASON),
			  gc_words_name(&gc_words_source, event->v[GC_EVENT_SOURCE].u, word,
					sizeof(word)));
	if (event->v[GC_EVENT_CALLER].present)
		gc_incident_print(incident, GC_INCIDENT_TEXT, " from %s",
				  gc_row_text(event, GC_EVENT_CALLER));
}

/**
 * gc_judge_mark() - Judge the mark of a clocksource.
 * @timeline: the timeline, with the entries of earlier events
 * @at: index of the event
 *
 * Whether the mark is true cannot be told without measurements of the marked
 * clock, or the readings of the round that led to it; what is near it is named.
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_mark(struct gc_timeline *timeline, size_t at)
{
	const struct gc_row *event = timeline->evidence->events[at], *skew, *pause, *round;
	struct gc_round_finding finding = { .class = "undetermined" };
	char size[GC_TIME_SIZE], words[512] = "";
	struct gc_row *incident;
	bool told = false;
	size_t round_at;

	skew = find_skew(timeline->evidence, at);
	pause = find_pause(timeline, event);
	if (strcmp(gc_row_text(event, GC_EVENT_CLOCKSOURCE), "tsc"))
		skew = NULL;
	round = gc_round_before_mark(timeline->evidence, at, &round_at);
	if (round)
		gc_round_find(timeline->evidence, round_at, &finding);
	if (!strcmp(finding.class, "undetermined") || !strcmp(finding.class, "watchdog-late"))
		told = find_odd(timeline->evidence, at, round, &finding, words, sizeof(words));
	if (told || strcmp(finding.class, "undetermined"))
		incident = gc_incident_new(finding.class, finding.confidence, finding.reason);
	else if (skew)
		incident = gc_incident_new("tsc-skew", "medium",
					   "TSCs were measured to be apart before");
	else if (pause)
		incident = gc_incident_new("undetermined", "low",
					   "a pause just before stopped kvm-clock but not the TSC, so the mark may be a false alarm");
	else
		incident = gc_incident_new("undetermined", "low",
					   "nothing recorded tells whether the mark is right");
	if (!incident)
		return NULL;
	gc_incident_identify(incident, event);
	if (event->v[GC_EVENT_REALTIME].present)
		gc_row_set_s(incident, GC_INCIDENT_BEGIN, event->v[GC_EVENT_REALTIME].s);
	gc_row_set_s(incident, GC_INCIDENT_DURATION, 0);
	gc_row_set_s(incident, GC_INCIDENT_BOUND, 0);
	describe(incident, event);
	if (*words)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "; all clocks compared: %s", words);
	if (skew)
		gc_incident_identify(incident, skew);
	if (round)
		gc_incident_identify(incident, round);
	if (pause)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  "; it came after a vm-pause of %s (seq %s)",
				  gc_duration_format(pause->v[GC_INCIDENT_DURATION].s, size,
						     sizeof(size)),
				  gc_row_text(pause, GC_INCIDENT_EVIDENCE));
	return incident;
}
