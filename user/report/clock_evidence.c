// SPDX-License-Identifier: GPL-2.0-only
/* Readings of all clocks in the context rows of a recording, around an event. */
#include "clock_evidence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arith.h"
#include "array.h"
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

/**
 * struct window - Which readings tell of an event.
 * @load_id: load of the module
 * @from_ns: CLOCK_BOOTTIME of the first of them: the last one before the event
 * @until_ns: CLOCK_BOOTTIME of the last
 * @cpu: the CPU of the last: TSCs of two CPUs may differ
 */
struct window {
	uint64_t load_id;
	int64_t from_ns;
	int64_t until_ns;
	uint64_t cpu;
};

typedef void (*row_fn)(const struct gc_row *row, struct window *window, void *arg);

/* All readings of all clocks, whenever it was. */
static void visit_rows(const struct gc_boot *boot, struct window *window, row_fn fn, void *arg)
{
	json_t *context, *readings, *reading;
	struct gc_row *row;
	size_t i, j;

	json_array_foreach(boot->history.rows, i, context) {
		if (!is_of_load(context, window->load_id))
			continue;
		readings = json_object_get(context, "clock_readings");
		json_array_foreach(readings, j, reading) {
			row = json_is_object(reading) ?
			      gc_row_from_json(&gc_schema_clock, reading) : NULL;
			if (row && row->v[GC_CLOCK_BOOTTIME].present)
				fn(row, window, arg);
			gc_row_free(row);
		}
	}
}

static void find_last(const struct gc_row *row, struct window *window, void *arg)
{
	int64_t *last_ns = arg, at_ns = row->v[GC_CLOCK_BOOTTIME].s;

	if (!row->v[GC_CLOCK_CPU].present || at_ns > window->until_ns || at_ns < *last_ns)
		return;
	*last_ns = at_ns;
	window->cpu = row->v[GC_CLOCK_CPU].u;
}

static void find_first(const struct gc_row *row, struct window *window, void *arg)
{
	int64_t *before_ns = arg, at_ns = row->v[GC_CLOCK_BOOTTIME].s;

	if (at_ns < *before_ns && at_ns > window->from_ns && row->v[GC_CLOCK_CPU].present &&
	    row->v[GC_CLOCK_CPU].u == window->cpu)
		window->from_ns = at_ns;
}

static void take_row(const struct gc_row *row, struct window *window, void *arg)
{
	if (row->v[GC_CLOCK_BOOTTIME].s >= window->from_ns &&
	    row->v[GC_CLOCK_BOOTTIME].s <= window->until_ns)
		gc_cross_rows_add(arg, row);
}

/* Of older readings none: what happened between those is of no concern here. */
static void collect(struct gc_cross_rows *rows, const struct gc_boot *boot, uint64_t load_id,
		    int64_t before_ns, int64_t until_ns)
{
	struct window window = {
		.load_id = load_id, .from_ns = INT64_MIN, .until_ns = until_ns,
	};
	int64_t last_ns = INT64_MIN;

	visit_rows(boot, &window, find_last, &last_ns);
	visit_rows(boot, &window, find_first, &before_ns);
	gc_cross_rows_begin(rows, window.cpu);
	visit_rows(boot, &window, take_row, rows);
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
	/* What the event followed from was read before it, or is read because of it. */
	static const int64_t before[] = { 0, AFTER_NS };
	struct gc_cross_rows *rows;
	bool told = false;
	int64_t event_ns;
	size_t i;

	if (boot == evidence->boot_count || !event->v[GC_EVENT_BOOTTIME].present)
		return false;
	rows = malloc(sizeof(*rows));
	if (!rows)
		return false;
	event_ns = event->v[GC_EVENT_BOOTTIME].s;
	for (i = 0; i < ARRAY_SIZE(before) && !told; i++) {
		collect(rows, &evidence->boots[boot], event->v[GC_EVENT_LOAD_ID].u,
			gc_subtract(event_ns, before[i]), gc_add(event_ns, AFTER_NS));
		gc_cross_vote(&rows->check, verdict);
		told = (verdict->outcome == GC_CROSS_ODD ||
			verdict->outcome == GC_CROSS_UNDETERMINED) &&
		       is_around(&rows->check, &verdict->worst, event_ns);
	}
	if (told)
		gc_cross_words(verdict, words, size);
	free(rows);
	return told;
}
