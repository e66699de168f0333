// SPDX-License-Identifier: GPL-2.0-only
/* guestclock clocksource --cross-check: ask all clocks who is the odd one. */
#include "cross_check_cmd.h"

#include <linux/guestclock.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cross_rows.h"
#include "cross_words.h"
#include "exit.h"
#include "failure.h"
#include "schema.h"

#define READINGS_PER_SECOND	4

static int take_cpu(struct gc_row *row, void *arg)
{
	uint64_t *cpu = arg;

	if (row->v[GC_CLOCK_MOMENT].u == GUESTCLOCK_CLOCK_MOMENT_REQUEST &&
	    row->v[GC_CLOCK_CPU].present)
		*cpu = row->v[GC_CLOCK_CPU].u;
	gc_row_free(row);
	return 0;
}

static int take_reading(struct gc_row *row, void *arg)
{
	gc_cross_request_add(arg, row);
	gc_row_free(row);
	return 0;
}

static int read_clocks(struct gc_link *link, gc_row_fn fn, void *arg)
{
	int err = gc_link_get(link, GUESTCLOCK_CMD_CLOCK_READ, false, NULL, NULL, NULL);

	return err ? err : gc_link_get(link, GUESTCLOCK_CMD_CLOCK_GET, true, &gc_schema_clock,
				       fn, arg);
}

static int collect(struct gc_link *link, unsigned int seconds,
		   struct gc_cross_request *request)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / READINGS_PER_SECOND };
	unsigned int i, count = seconds * READINGS_PER_SECOND + 1;
	uint64_t cpu = 0;
	int err;

	err = read_clocks(link, take_cpu, &cpu);
	gc_cross_request_begin(request, cpu);
	for (i = 0; i < count && !err; i++) {
		if (i)
			nanosleep(&pause, NULL);
		err = read_clocks(link, take_reading, request);
	}
	return err;
}

/**
 * struct result - What is printed.
 * @request: the readings, of which those that were asked for are judged
 * @verdict: the verdict
 * @odd: names of the clocks that are odd
 * @words: the verdict in words
 * @notes: what else there is to say
 */
struct result {
	struct gc_cross_request request;
	struct gc_cross_verdict verdict;
	char odd[64];
	char words[512];
	char notes[2048];
};

static int put_text(struct gc_row *row, size_t column, const char *text)
{
	return *text ? gc_row_set_text(row, column, text, strlen(text)) : 0;
}

static int put_verdict(struct gc_row *row, const struct result *result)
{
	int err = put_text(row, GC_CROSS_ROW_OUTCOME, gc_cross_outcome_word(&result->verdict)) ||
		  put_text(row, GC_CROSS_ROW_ODD, result->odd) ||
		  put_text(row, GC_CROSS_ROW_VERDICT, result->words) ||
		  put_text(row, GC_CROSS_ROW_NOTES, result->notes);

	if (!err && result->verdict.outcome == GC_CROSS_ODD)
		err = put_text(row, GC_CROSS_ROW_CONFIDENCE,
			       result->verdict.sure ? "high" : "medium");
	return err;
}

static void put_pair(struct gc_row *row, const struct result *result,
		     const struct gc_cross_pair *pair)
{
	const struct gc_cross_reading *reading = result->request.rows.check.reading;

	gc_row_set_u(row, GC_CROSS_ROW_INTERVALS, pair->intervals);
	if (!pair->intervals)
		return;
	gc_row_set_u(row, GC_CROSS_ROW_DURATION, (uint64_t)(pair->seconds * 1e9));
	gc_row_set_s(row, GC_CROSS_ROW_RATE, llround(pair->rate_ppb));
	gc_row_set_u(row, GC_CROSS_ROW_RATE_BOUND, (uint64_t)ceil(pair->rate_bound_ppb));
	gc_row_set_s(row, GC_CROSS_ROW_JUMP, llround(pair->jump_ns));
	if (!pair->range_ns)
		gc_row_set_u(row, GC_CROSS_ROW_JUMP_BOUND, (uint64_t)ceil(pair->jump_bound_ns));
	if (!pair->jump_at)
		return;
	gc_row_set_u(row, GC_CROSS_ROW_JUMP_AFTER, reading[pair->jump_at - 1].boottime_ns);
	gc_row_set_u(row, GC_CROSS_ROW_JUMP_BEFORE, reading[pair->jump_at].boottime_ns);
}

static int print_pair(struct gc_writer *writer, const struct result *result,
		      enum gc_cross_clock one, enum gc_cross_clock other)
{
	struct gc_row *row = gc_row_new(&gc_schema_cross);
	struct gc_cross_pair pair;

	if (!row)
		return -NLE_NOMEM;
	gc_cross_compare(&result->request.rows.check, one, other, &pair);
	put_pair(row, result, &pair);
	if (put_text(row, GC_CROSS_ROW_CLOCK, gc_cross_name(one)) ||
	    put_text(row, GC_CROSS_ROW_OTHER, gc_cross_name(other)) ||
	    put_text(row, GC_CROSS_ROW_STATE,
		     !pair.intervals ? "untold" : pair.apart ? "apart" : "alike") ||
	    put_verdict(row, result)) {
		gc_row_free(row);
		return -NLE_NOMEM;
	}
	return gc_writer_row(writer, row);
}

static int print_result(const struct result *result, enum gc_format format)
{
	struct gc_writer writer;
	size_t i, j;
	int err = 0;

	gc_writer_begin(&writer, format, &gc_schema_cross, stdout);
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		for (j = i + 1; j < GC_CROSS_CLOCKS && !err; j++)
			err = print_pair(&writer, result, i, j);
	}
	gc_writer_end(&writer);
	if (!err && format == GC_FORMAT_TEXT) {
		printf("\nverdict: %s\n", result->words);
		if (*result->notes)
			printf("note: %s\n", result->notes);
	}
	return err;
}

static void judge(struct result *result)
{
	size_t i, len = 0;

	gc_cross_vote(&result->request.rows.check, &result->verdict);
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (result->verdict.odd[i] && len < sizeof(result->odd))
			len += snprintf(result->odd + len, sizeof(result->odd) - len, "%s%s",
					len ? " " : "", gc_cross_name(i));
	}
	gc_cross_words(&result->verdict, result->words, sizeof(result->words));
	gc_cross_notes(&result->request.rows, result->notes, sizeof(result->notes));
	gc_cross_note_earlier(&result->request.earlier.check, result->notes, sizeof(result->notes));
}

/**
 * gc_cross_check_run() - Read all clocks for a while, and print how they compare.
 * @link: the link
 * @seconds: for how long, at most GC_CROSS_SECONDS_MAX
 * @format: the format
 *
 * Return: an exit code: GC_EXIT_CONDITION when clocks are apart.
 */
int gc_cross_check_run(struct gc_link *link, unsigned int seconds, enum gc_format format)
{
	struct result *result = calloc(1, sizeof(*result));
	int ret;

	ret = result ? collect(link, seconds, &result->request) : -NLE_NOMEM;
	if (!ret) {
		judge(result);
		ret = print_result(result, format);
	}
	if (ret)
		ret = gc_failure_say(ret, "clocksource --cross-check");
	else if (result->verdict.outcome == GC_CROSS_ODD ||
		 result->verdict.outcome == GC_CROSS_UNDETERMINED)
		ret = GC_EXIT_CONDITION;
	free(result);
	return ret;
}
