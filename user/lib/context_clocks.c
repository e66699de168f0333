// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module knows of the watchdog and of all clocks, into a context row: the
 * readings that it took at an incident tell later which clock it was.
 */
#include "context_clocks.h"

#include <linux/guestclock.h>

#include "array.h"
#include "row_json.h"
#include "schema.h"

/**
 * struct readings - Readings on their way into a context row.
 * @array: where they go
 * @last: the newest that an earlier row has
 * @newest: the newest of all
 */
struct readings {
	json_t *array;
	uint64_t last;
	uint64_t newest;
};

static int take_reading(struct gc_row *row, void *arg)
{
	const struct gc_value *number = &row->v[GC_CLOCK_READING];
	struct readings *readings = arg;

	if (number->present && number->u > readings->last)
		json_array_append_new(readings->array, gc_row_to_json(row));
	if (number->present && number->u > readings->newest)
		readings->newest = number->u;
	gc_row_free(row);
	return 0;
}

static int take_watchdog(struct gc_row *row, void *arg)
{
	static const enum gc_watchdog_column columns[] = {
		GC_WATCHDOG_VERIFICATION, GC_WATCHDOG_BECAUSE, GC_WATCHDOG_REFERENCE,
		GC_WATCHDOG_REFERENCE_FROM_TSC,
	};
	json_t *context = arg, *all = gc_row_to_json(row);
	const char *key;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		key = gc_schema_watchdog.field[columns[i]].key;
		if (columns[i] == GC_WATCHDOG_REFERENCE)
			json_object_set(context, "watchdog_reference", json_object_get(all, key));
		else
			json_object_set(context, key, json_object_get(all, key));
	}
	json_decref(all);
	gc_row_free(row);
	return 0;
}

/**
 * gc_context_add_clocks() - Add what the module knows of watchdog and clocks.
 * @context: the row
 * @link: link to the module; of one that is older, or away, nothing is added
 * @last: number of the newest reading that an earlier row has, which is set anew
 */
void gc_context_add_clocks(json_t *context, struct gc_link *link, uint64_t *last)
{
	struct readings readings = { .array = json_array(), .last = *last };

	gc_link_get(link, GUESTCLOCK_CMD_WATCHDOG_GET, false, &gc_schema_watchdog, take_watchdog,
		    context);
	gc_link_get(link, GUESTCLOCK_CMD_CLOCK_GET, true, &gc_schema_clock, take_reading,
		    &readings);
	if (json_array_size(readings.array))
		json_object_set(context, "clock_readings", readings.array);
	json_decref(readings.array);
	*last = readings.newest;
}
