// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the kernel's log, and marks that are known from them alone. */
#include <linux/guestclock.h>
#include <string.h>

#include "schema.h"
#include "timeline.h"

/* printk's severities below this are warnings and worse. */
#define NOTICE_PRIORITY	5

/* What the kernel says of the TSC, after its watchdog said that it marks it. */
#define SAID_AGAIN "Marking TSC unstable due to clocksource watchdog"

/* Of sched_clock, which is no clocksource, the kernel says the same. */
static bool is_mark(const char *text)
{
	return strcasestr(text, "Marking") && strcasestr(text, "unstable") &&
	       !strcasestr(text, "sched_clock");
}

/* Whether a mark of the TSC was told of before a line. */
static bool has_earlier_line(const struct gc_evidence *evidence, const json_t *line,
			     const char *boot_id)
{
	const char *text, *boot;
	size_t i;

	for (i = 0; i < evidence->line_count && evidence->lines[i] != line; i++) {
		text = json_string_value(json_object_get(evidence->lines[i], "text"));
		boot = json_string_value(json_object_get(evidence->lines[i], "boot_id"));
		if (text && boot && !strcmp(boot, boot_id) && is_mark(text) &&
		    strcasestr(text, "tsc"))
			return true;
	}
	return false;
}

static bool has_mark_event(const struct gc_evidence *evidence, const char *boot_id,
			   const char *text)
{
	const struct gc_row *event;
	size_t i;

	for (i = 0; i < evidence->event_count; i++) {
		event = evidence->events[i];
		if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE &&
		    event->v[GC_EVENT_CLOCKSOURCE].present &&
		    strcasestr(text, gc_row_text(event, GC_EVENT_CLOCKSOURCE)) &&
		    !strcmp(gc_row_text(event, GC_EVENT_BOOT_ID), boot_id))
			return true;
	}
	return false;
}

static struct gc_row *new_line(const struct gc_evidence *evidence, const json_t *line,
			       const char *text, const char *boot_id)
{
	if (is_mark(text) && !has_mark_event(evidence, boot_id, text) &&
	    !(strcasestr(text, SAID_AGAIN) && has_earlier_line(evidence, line, boot_id)))
		return gc_incident_new("undetermined", "low",
				       "known from the kernel's line alone, and nothing recorded tells whether the mark is right");
	return gc_incident_new(GC_CLASS_KERNEL_LINE, "high", "the kernel's own words");
}

/**
 * gc_judge_line() - Make an entry of a line of the kernel's log.
 * @timeline: the timeline
 * @line: the line
 * @all_lines: take it in any case; else only if it came during the recording,
 *   or is a warning or worse
 *
 * Return: the entry, or NULL to leave it out.
 */
struct gc_row *gc_judge_line(const struct gc_timeline *timeline, const json_t *line,
			     bool all_lines)
{
	const char *text = json_string_value(json_object_get(line, "text"));
	const char *boot_id = json_string_value(json_object_get(line, "boot_id"));
	const char *machine_id = json_string_value(json_object_get(line, "machine_id"));
	bool live = json_is_true(json_object_get(line, "live"));
	struct gc_row *incident;
	json_int_t priority;

	priority = json_integer_value(json_object_get(line, "priority"));
	if (!text || !boot_id || !machine_id)
		return NULL;
	if (!all_lines && !live && priority >= NOTICE_PRIORITY && !strcasestr(text, "unstable"))
		return NULL;
	incident = new_line(timeline->evidence, line, text, boot_id);
	if (!incident)
		return NULL;
	gc_row_set_s(incident, GC_INCIDENT_BEGIN, gc_evidence_number(line, "realtime_ns"));
	gc_row_set_u(incident, GC_INCIDENT_KMSG_SEQ, gc_evidence_number(line, "kmsg_seq"));
	gc_incident_print(incident, GC_INCIDENT_TEXT, "%s", text);
	gc_incident_print(incident, GC_INCIDENT_BOOT_ID, "%s", boot_id);
	gc_incident_print(incident, GC_INCIDENT_MACHINE_ID, "%s", machine_id);
	return incident;
}
