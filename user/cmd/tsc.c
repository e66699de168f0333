// SPDX-License-Identifier: GPL-2.0-only
/* guestclock tsc: the TSC offset of every CPU. */
#include <linux/guestclock.h>

#include "cmd.h"
#include "failure.h"
#include "say.h"
#include "schema.h"

/**
 * struct counts - What kind of rows there were.
 * @rows: all of them
 * @measured: those of CPUs that have been measured, the reference left out
 */
struct counts {
	unsigned int rows;
	unsigned int measured;
};

static void count_row(struct gc_row *row, void *arg)
{
	uint64_t state = row->v[GC_TSC_STATE].u;
	struct counts *counts = arg;

	counts->rows++;
	if (state != GUESTCLOCK_TSC_STATE_NOT_MEASURED &&
	    state != GUESTCLOCK_TSC_STATE_REFERENCE)
		counts->measured++;
}

static int show(struct gc_link *link, enum gc_format format)
{
	struct counts counts = { 0 };
	const struct gc_query query = {
		.cmd = GUESTCLOCK_CMD_TSC_GET,
		.dump = true,
		.schema = &gc_schema_tsc,
		.look = count_row,
		.arg = &counts,
	};
	int ret;

	ret = gc_cmd_print_rows(link, &query, format);
	if (!ret && counts.rows > 1 && !counts.measured)
		gc_say("no CPU has been measured yet;"
		       " 'guestclock tsc --measure' (as root) does it");
	return ret;
}

static const struct option options[] = {
	{ "measure", no_argument, NULL, 'm' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

/**
 * struct request - What is asked for.
 * @format: how to print it
 * @measure: to measure first
 */
struct request {
	enum gc_format format;
	bool measure;
};

static int take_option(int option, const char *value, void *arg)
{
	struct request *request = arg;

	if (option == 'o')
		return gc_format_parse(value, &request->format);
	request->measure = true;
	return 0;
}

static int run(int argc, char **argv)
{
	struct request request = { .format = GC_FORMAT_TEXT };
	struct gc_link link;
	int ret;

	ret = gc_options_parse(&gc_cmd_tsc.usage, argc, argv, take_option, &request);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return gc_options_bad(&gc_cmd_tsc.usage, "unexpected argument '%s'",
				      argv[optind]);

	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "tsc");
	if (request.measure)
		ret = gc_link_get(&link, GUESTCLOCK_CMD_TSC_MEASURE, false, NULL, NULL, NULL);
	if (ret)
		ret = gc_failure_say(ret, "tsc --measure");
	else
		ret = show(&link, request.format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_tsc = {
	.usage = {
		.name = "tsc",
		.synopsis = "[--measure] [-o text|json|csv]",
		.summary = "Show every CPU's TSC offset as of the last measurement,"
			   " or measure first.",
		.shorts = ":mo:h",
		.longs = options,
	},
	.run = run,
};
