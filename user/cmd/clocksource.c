// SPDX-License-Identifier: GPL-2.0-only
/* guestclock clocksource: which clock the timekeeper uses, and which it should. */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "clocksource_look.h"
#include "cmd.h"
#include "cross_check_cmd.h"
#include "failure.h"
#include "schema.h"
#include "watchdog_text.h"

#define DEFAULT_SECONDS	2

static void print_available(const struct gc_clocksource_look *look)
{
	const char *ratings = gc_row_text(look->row, GC_CLOCKSOURCE_RATINGS);

	if (!*look->available)
		printf("available:    unknown, sysfs not mounted?\n");
	else
		printf("available:    %s (rated %s)\n", look->available,
		       *ratings ? ratings : "by an unknown order");
}

static void print_reading(const struct gc_clocksource_look *look)
{
	if (look->read_err)
		printf("reading:      unknown, a child could not be watched: %s\n",
		       strerror(-look->read_err));
	else if (!look->read.calls)
		printf("reading:      by the vDSO: none of %u reads entered the kernel\n",
		       look->read.reads);
	else
		printf("reading:      by a system call: %u of %u reads entered the kernel\n",
		       look->read.calls, look->read.reads);
}

static void print_options(const struct gc_clock_options *options)
{
	size_t i;

	if (!options->count)
		printf("command line: says nothing about clocks\n");
	for (i = 0; i < options->count; i++)
		printf("%-13s %s: %s\n", i ? "" : "command line:", options->option[i].word,
		       options->option[i].effect);
	if (options->cut)
		printf("%-13s and more that is not shown\n", "");
}

static void print_watchdog(const struct gc_clocksource_look *look)
{
	const struct gc_row *watchdog = look->row->v[GC_CLOCKSOURCE_WATCHDOG].row;
	char text[512];

	if (!look->has_watchdog) {
		printf("watchdog:     the loaded module does not tell\n");
		return;
	}
	gc_watchdog_verification(watchdog, text, sizeof(text));
	printf("watchdog:     %s\n", text);
	gc_watchdog_reference(watchdog, text, sizeof(text));
	printf("              %s\n", text);
	gc_watchdog_rounds(watchdog, text, sizeof(text));
	printf("              %s\n", text);
}

static void print_text(const struct gc_clocksource_look *look)
{
	const struct gc_value *v = look->row->v;

	printf("clocksource:  %s, rating %" PRId64 ", flags 0x%" PRIx64 ", vDSO mode %" PRId64 "\n",
	       gc_row_text(look->row, GC_CLOCKSOURCE_NAME), v[GC_CLOCKSOURCE_RATING].s,
	       v[GC_CLOCKSOURCE_FLAGS].u, v[GC_CLOCKSOURCE_VDSO_CLOCK_MODE].s);
	print_available(look);
	print_reading(look);
	printf("tsc:          %s\n", v[GC_CLOCKSOURCE_TSC_UNSTABLE].u ?
	       "the kernel holds it for unstable" : "the kernel has not marked it");
	printf("since load:   %" PRIu64 " switches, %" PRIu64 " steps of the wall clock, %" PRIu64
	       " marks\n", v[GC_CLOCKSOURCE_SWITCHES].u, v[GC_CLOCKSOURCE_STEPS].u,
	       v[GC_CLOCKSOURCE_MARKS].u);
	print_watchdog(look);
	if (v[GC_CLOCKSOURCE_READINGS].present)
		printf("clocks:       in %" PRIu64 " readings, at load, incidents and requests:"
		       " %s\n", v[GC_CLOCKSOURCE_READINGS].u,
		       gc_row_text(look->row, GC_CLOCKSOURCE_CROSS_VERDICT));
	print_options(&look->options);
	printf("recommended:  %s, because %s\n", *look->advice.name ? look->advice.name : "nothing",
	       look->advice.reason);
	if (*look->advice.action)
		printf("              %s\n", look->advice.action);
}

static int show(struct gc_link *link, enum gc_format format)
{
	struct gc_clocksource_look look;
	struct gc_writer writer;
	int err;

	err = gc_clocksource_look(&look, link);
	if (!err && format == GC_FORMAT_TEXT) {
		print_text(&look);
	} else if (!err) {
		gc_writer_begin(&writer, format, &gc_schema_clocksource, stdout);
		err = gc_writer_row(&writer, look.row);
		look.row = NULL;
		gc_writer_end(&writer);
	}
	gc_row_free(look.row);
	return err ? gc_failure_say(err, "clocksource") : GC_EXIT_OK;
}

/**
 * struct request - What is asked for.
 * @format: how to print it
 * @seconds: for how long to compare all clocks, 0 to show the clocksource
 */
struct request {
	enum gc_format format;
	unsigned int seconds;
};

static int take_option(int option, const char *value, void *arg)
{
	struct request *request = arg;
	char *end;

	if (option == 'o')
		return gc_format_parse(value, &request->format);
	request->seconds = DEFAULT_SECONDS;
	if (!value)
		return 0;
	request->seconds = strtoul(value, &end, 10);
	return *end || *value < '1' || *value > '9' || strlen(value) > 3 ||
	       request->seconds > GC_CROSS_SECONDS_MAX;
}

static const struct option options[] = {
	{ "cross-check", optional_argument, NULL, 'x' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static int run(int argc, char **argv)
{
	struct request request = { .format = GC_FORMAT_TEXT };
	struct gc_link link;
	int ret;

	ret = gc_options_parse(&gc_cmd_clocksource.usage, argc, argv, take_option, &request);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return gc_options_bad(&gc_cmd_clocksource.usage, "unexpected argument '%s'",
				      argv[optind]);
	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "clocksource");
	if (request.seconds)
		ret = gc_cross_check_run(&link, request.seconds, request.format);
	else
		ret = show(&link, request.format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_clocksource = {
	.usage = {
		.name = "clocksource",
		.synopsis = "[--cross-check[=SECONDS]] [-o text|json|csv]",
		.summary = "Show the clocksources, what decides about them, and which one suits,"
			   " or compare all clocks.",
		.shorts = ":o:h",
		.longs = options,
	},
	.run = run,
};
