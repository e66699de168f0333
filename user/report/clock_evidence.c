// SPDX-License-Identifier: GPL-2.0-only
/* Readings of all clocks in the context rows of a recording, around an event. */
#include "clock_evidence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arith.h"
#include "cross_words.h"
#include "row_json.h"
#include "schema.h"

/* The module reads the clocks at an incident and a second later. */
#define AFTER_NS	5000000000LL

static bool is_of_load(const json_t *context, uint64_t load_id)
{
	const char *text = json_string_value(json_object_get(context, "load_id"));

	return text && strtoull(text, NULL, 16) == load_id;
}

static void take_row(struct gc_cross_rows *rows, json_t *json, int64_t until_ns)
{
	struct gc_row *row = gc_row_from_json(&gc_schema_clock, json);

	if (!row)
		return;
	if (row->v[GC_CLOCK_BOOTTIME].present && row->v[GC_CLOCK_BOOTTIME].s <= until_ns) {
		if (!rows->check.count && row->v[GC_CLOCK_CPU].present)
			rows->check.cpu = row->v[GC_CLOCK_CPU].u;
		gc_cross_rows_add(rows, row);
	}
	gc_row_free(row);
}

static void collect(struct gc_cross_rows *rows, const struct gc_boot *boot, uint64_t load_id,
		    int64_t until_ns)
{
	json_t *context, *readings, *reading;
	size_t i, j;

	gc_cross_rows_begin(rows, 0);
	json_array_foreach(boot->history.rows, i, context) {
		if (!is_of_load(context, load_id))
			continue;
		readings = json_object_get(context, "clock_readings");
		json_array_foreach(readings, j, reading) {
			if (json_is_object(reading))
				take_row(rows, reading, until_ns);
		}
	}
}

/* Whether the readings that a jump lies between are those around the event. */
static bool is_around(const struct gc_cross_check *check, const struct gc_cross_pair *pair,
		      int64_t event_ns)
{
	int64_t before, after;

	if (!pair->jump_at)
		return false;
	before = (int64_t)check->reading[pair->jump_at - 1].boottime_ns;
	after = (int64_t)check->reading[pair->jump_at].boottime_ns;
	return before <= event_ns && event_ns <= gc_add(after, AFTER_NS);
}

/**
 * gc_clock_evidence_judge() - Ask the clocks who jumped around an event.
 * @evidence: the recording
 * @at: index of the event
 * @verdict: filled
 * @words: gets the verdict in words, when there is one
 * @size: size of @words
 *
 * Return: true when readings around the event show clocks to be apart.
 */
bool gc_clock_evidence_judge(const struct gc_evidence *evidence, size_t at,
			     struct gc_cross_verdict *verdict, char *words, size_t size)
{
	const struct gc_row *event = evidence->events[at];
	size_t boot = gc_evidence_boot(evidence, gc_row_text(event, GC_EVENT_MACHINE_ID),
				       gc_row_text(event, GC_EVENT_BOOT_ID));
	struct gc_cross_rows *rows;
	int64_t event_ns;
	bool told;

	if (boot == evidence->boot_count || !event->v[GC_EVENT_BOOTTIME].present)
		return false;
	rows = malloc(sizeof(*rows));
	if (!rows)
		return false;
	event_ns = event->v[GC_EVENT_BOOTTIME].s;
	collect(rows, &evidence->boots[boot], event->v[GC_EVENT_LOAD_ID].u,
		gc_add(event_ns, AFTER_NS));
	gc_cross_vote(&rows->check, verdict);
	told = (verdict->outcome == GC_CROSS_ODD || verdict->outcome == GC_CROSS_UNDETERMINED) &&
	       is_around(&rows->check, &verdict->worst, event_ns);
	if (told)
		gc_cross_words(verdict, words, size);
	free(rows);
	return told;
}
