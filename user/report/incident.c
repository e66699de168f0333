// SPDX-License-Identifier: GPL-2.0-only
/* One entry of the timeline. */
#include "incident.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "schema.h"

static const struct gc_field columns[] = {
	[GC_INCIDENT_CLASS] = { "class", NULL, GC_KIND_TEXT, .always = true },
	[GC_INCIDENT_BEGIN] = { "begin_realtime_ns", NULL, GC_KIND_INSTANT, .always = true },
	[GC_INCIDENT_BEGIN_BOUND] = { "begin_bound_ns", NULL, .kind = GC_KIND_SIGNED },
	[GC_INCIDENT_DURATION] = { "duration_ns", NULL, GC_KIND_SIGNED, .always = true },
	[GC_INCIDENT_BOUND] = { "bound_ns", NULL, GC_KIND_SIGNED, .always = true },
	[GC_INCIDENT_CONFIDENCE] = { "confidence", NULL, GC_KIND_TEXT, .always = true },
	[GC_INCIDENT_CONFIDENCE_REASON] = { "confidence_reason", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_CPUS] = { "cpus", NULL, .kind = GC_KIND_LIST },
	[GC_INCIDENT_DISCONTINUITY] = { "discontinuity_ns", NULL, .kind = GC_KIND_SIGNED },
	[GC_INCIDENT_STEP] = { "step_ns", NULL, .kind = GC_KIND_SIGNED },
	[GC_INCIDENT_CLOCKSOURCE] = { "clocksource", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_CLOCKSOURCE_OLD] = { "clocksource_old", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_REASON] = { "reason", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_LOST_COUNT] = { "lost_count", NULL, .kind = GC_KIND_NUMBER },
	[GC_INCIDENT_TEXT] = { "text", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_EFFECT] = { "effect", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_EVIDENCE] = { "evidence", NULL, .kind = GC_KIND_LIST },
	[GC_INCIDENT_KMSG_SEQ] = { "kmsg_seq", NULL, .kind = GC_KIND_COUNTER },
	[GC_INCIDENT_LOAD_ID] = { "load_id", NULL, .kind = GC_KIND_ID },
	[GC_INCIDENT_RESTORE_EPOCH] = { "restore_epoch", NULL, .kind = GC_KIND_NUMBER },
	[GC_INCIDENT_BOOT_ID] = { "boot_id", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_MACHINE_ID] = { "machine_id", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_RECORDING] = { "recording", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_FIRST_RECORDING] = { "first_recording", NULL, .kind = GC_KIND_TEXT },
	[GC_INCIDENT_SECOND_RECORDING] = { "second_recording", NULL, .kind = GC_KIND_TEXT },
};

const struct gc_schema gc_schema_incident = {
	.name = "report",
	.field = columns,
	.count = ARRAY_SIZE(columns),
	.sparse = true,
};

/**
 * gc_incident_new() - Begin an entry of the timeline.
 * @class: the verdict
 * @confidence: "high", "medium" or "low"
 * @reason: why not more, or not less
 *
 * Return: the entry, for gc_row_free(), or NULL without memory.
 */
struct gc_row *gc_incident_new(const char *class, const char *confidence, const char *reason)
{
	struct gc_row *row = gc_row_new(&gc_schema_incident);

	if (!row)
		return NULL;
	gc_incident_verdict(row, class, confidence, reason);
	return row;
}

/**
 * gc_incident_verdict() - Set the verdict of an entry that has none yet.
 * @incident: the entry
 * @class: the verdict
 * @confidence: "high", "medium" or "low"
 * @reason: why not more, or not less
 */
void gc_incident_verdict(struct gc_row *incident, const char *class, const char *confidence,
			 const char *reason)
{
	gc_incident_print(incident, GC_INCIDENT_CLASS, "%s", class);
	gc_incident_print(incident, GC_INCIDENT_CONFIDENCE, "%s", confidence);
	gc_incident_print(incident, GC_INCIDENT_CONFIDENCE_REASON, "%s", reason);
}

/**
 * gc_incident_print() - Add words to a column.
 * @incident: the entry
 * @column: a text column; words are added to those already there
 * @format: printf format
 */
void gc_incident_print(struct gc_row *incident, enum gc_incident_column column,
		       const char *format, ...)
{
	char *words, *text;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&words, format, args);
	va_end(args);
	if (len < 0)
		return;
	len = asprintf(&text, "%s%s", gc_row_text(incident, column), words);
	free(words);
	if (len < 0)
		return;
	gc_row_set_text(incident, column, text, len);
	free(text);
}

/**
 * gc_incident_add() - Add a number to a list.
 * @incident: the entry
 * @column: a list column
 * @number: the number
 */
void gc_incident_add(struct gc_row *incident, enum gc_incident_column column,
		     uint64_t number)
{
	gc_incident_print(incident, column, "%s%" PRIu64,
			  incident->v[column].present ? " " : "", number);
}

/**
 * gc_incident_copy_text() - Copy a text of an event, if it has it.
 * @incident: the entry
 * @column: where it goes
 * @event: the event
 * @event_column: where it is
 */
void gc_incident_copy_text(struct gc_row *incident, enum gc_incident_column column,
			   const struct gc_row *event, size_t event_column)
{
	if (event->v[event_column].present)
		gc_incident_print(incident, column, "%s", gc_row_text(event, event_column));
}

/**
 * gc_incident_identify() - Add an event to the evidence, and say whose it is.
 * @incident: the entry
 * @event: the event
 */
void gc_incident_identify(struct gc_row *incident, const struct gc_row *event)
{
	gc_incident_add(incident, GC_INCIDENT_EVIDENCE, event->v[GC_EVENT_SEQ].u);
	if (incident->v[GC_INCIDENT_BOOT_ID].present)
		return;
	gc_incident_copy_text(incident, GC_INCIDENT_BOOT_ID, event, GC_EVENT_BOOT_ID);
	gc_incident_copy_text(incident, GC_INCIDENT_MACHINE_ID, event, GC_EVENT_MACHINE_ID);
	if (event->v[GC_EVENT_LOAD_ID].present)
		gc_row_set_u(incident, GC_INCIDENT_LOAD_ID, event->v[GC_EVENT_LOAD_ID].u);
	if (event->v[GC_EVENT_RESTORE_EPOCH].u)
		gc_row_set_u(incident, GC_INCIDENT_RESTORE_EPOCH,
			     event->v[GC_EVENT_RESTORE_EPOCH].u);
}
