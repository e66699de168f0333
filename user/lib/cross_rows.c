// SPDX-License-Identifier: GPL-2.0-only
/* Rows of clock readings, one a clock, put together to readings of all clocks. */
#include "cross_rows.h"

#include <linux/guestclock.h>
#include <stdio.h>
#include <string.h>

#include "schema.h"

/**
 * gc_cross_rows_begin() - Begin to collect readings.
 * @rows: filled
 * @cpu: the CPU whose readings are wanted: TSCs of two CPUs may differ
 */
void gc_cross_rows_begin(struct gc_cross_rows *rows, uint64_t cpu)
{
	memset(rows, 0, sizeof(*rows));
	rows->check.cpu = cpu;
}

/* By its number, in the order of numbers, which is that of time. */
static struct gc_cross_reading *get_reading(struct gc_cross_check *check, uint64_t number)
{
	struct gc_cross_reading *reading;
	size_t at = check->count;

	while (at && check->reading[at - 1].number > number)
		at--;
	if (at && check->reading[at - 1].number == number)
		return &check->reading[at - 1];
	if (check->count == GC_CROSS_READINGS)
		return NULL;
	reading = &check->reading[at];
	memmove(reading + 1, reading, (check->count - at) * sizeof(*reading));
	memset(reading, 0, sizeof(*reading));
	reading->number = number;
	check->count++;
	return reading;
}

static bool is_whole(const struct gc_value *v)
{
	return v[GC_CLOCK_TSC_BEFORE].present && v[GC_CLOCK_TSC_AFTER].present &&
	       v[GC_CLOCK_VALUE].present && v[GC_CLOCK_MASK].present && v[GC_CLOCK_HZ].present;
}

/* Each reading once, however often the rows of its clocks come. */
static void leave_out(struct gc_cross_rows *rows, uint64_t number)
{
	size_t i;

	for (i = 0; i < rows->others; i++) {
		if (rows->other[i] == number)
			return;
	}
	if (rows->others < GC_CROSS_READINGS)
		rows->other[rows->others++] = number;
}

/**
 * gc_cross_rows_add() - Add a reading of a clock.
 * @rows: the readings so far
 * @row: the row, of gc_schema_clock; the same one may come again
 */
void gc_cross_rows_add(struct gc_cross_rows *rows, const struct gc_row *row)
{
	int clock = gc_cross_find(gc_row_text(row, GC_CLOCK_NAME));
	const struct gc_value *v = row->v;
	struct gc_cross_reading *reading;

	if (clock < 0 || !v[GC_CLOCK_READING].present)
		return;
	if (v[GC_CLOCK_STATE].u != GUESTCLOCK_CLOCK_STATE_OK) {
		snprintf(rows->detail[clock], sizeof(rows->detail[clock]), "%s",
			 v[GC_CLOCK_DETAIL].present ? gc_row_text(row, GC_CLOCK_DETAIL) :
			 "for no reason that the module gives");
		return;
	}
	if (!is_whole(v))
		return;
	reading = v[GC_CLOCK_CPU].present && v[GC_CLOCK_CPU].u != rows->check.cpu ? NULL :
		  get_reading(&rows->check, v[GC_CLOCK_READING].u);
	if (!reading) {
		leave_out(rows, v[GC_CLOCK_READING].u);
		return;
	}
	reading->boottime_ns = v[GC_CLOCK_BOOTTIME].u;
	reading->clock[clock] = (struct gc_cross_sample) {
		.ok = true,
		.before = v[GC_CLOCK_TSC_BEFORE].u,
		.value = v[GC_CLOCK_VALUE].u,
		.after = v[GC_CLOCK_TSC_AFTER].u,
		.mask = v[GC_CLOCK_MASK].u,
		.hz = v[GC_CLOCK_HZ].u,
	};
	rows->detail[clock][0] = '\0';
}

/**
 * gc_cross_request_begin() - Begin to collect readings that are asked for.
 * @request: filled
 * @cpu: the CPU whose readings are wanted
 */
void gc_cross_request_begin(struct gc_cross_request *request, uint64_t cpu)
{
	request->first = 0;
	gc_cross_rows_begin(&request->rows, cpu);
	gc_cross_rows_begin(&request->earlier, cpu);
}

/**
 * gc_cross_request_add() - Add a reading of a clock.
 * @request: the readings so far
 * @row: the row, as the module hands it out: after those that it kept
 */
void gc_cross_request_add(struct gc_cross_request *request, const struct gc_row *row)
{
	uint64_t number = row->v[GC_CLOCK_READING].u;

	if (!request->first && row->v[GC_CLOCK_MOMENT].u == GUESTCLOCK_CLOCK_MOMENT_REQUEST)
		request->first = number;
	if (!request->first || number <= request->first)
		gc_cross_rows_add(&request->earlier, row);
	if (request->first && number >= request->first)
		gc_cross_rows_add(&request->rows, row);
}
