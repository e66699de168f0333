// SPDX-License-Identifier: GPL-2.0-only
/* guestclock tsc: the TSC offset of every CPU. */
#include <getopt.h>
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

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "measure", no_argument, NULL, 'm' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	enum gc_format format = GC_FORMAT_TEXT;
	bool measure = false;
	struct gc_link link;
	int option, ret;

	while ((option = getopt_long(argc, argv, ":mo:h", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			measure = true;
			break;
		case 'o':
			if (gc_format_parse(optarg, &format))
				return gc_cmd_bad_usage(&gc_cmd_tsc, "no output format '%s'",
							optarg);
			break;
		case 'h':
			return gc_cmd_usage(&gc_cmd_tsc, stdout);
		default:
			return gc_cmd_bad_usage(&gc_cmd_tsc, "bad option '%s'", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return gc_cmd_bad_usage(&gc_cmd_tsc, "unexpected argument '%s'", argv[optind]);

	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "tsc");
	if (measure)
		ret = gc_link_get(&link, GUESTCLOCK_CMD_TSC_MEASURE, false, NULL, NULL, NULL);
	if (ret)
		ret = gc_failure_say(ret, "tsc --measure");
	else
		ret = show(&link, format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_tsc = {
	.name = "tsc",
	.synopsis = "[--measure] [-o text|json|csv]",
	.summary = "Show every CPU's TSC offset as of the last measurement, or measure first.",
	.run = run,
};
