// SPDX-License-Identifier: GPL-2.0-only
/* guestclock check: whether a clock keeps what it promises. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "clock.h"
#include "clocksource_sysfs.h"
#include "cmd.h"
#include "duration.h"
#include "monotonic.h"
#include "say.h"

/* Columns of what check --monotonic found. */
enum column {
	CHECK,
	OK,
	ELAPSED,
	CPUS,
	LEFT_OUT,
	CLOCKSOURCE,
	READINGS,
	BACK,
	WORST,
	FROM_CPU,
	TO_CPU,
	WORST_CLOCKSOURCE,
	PAIRS,
	PAIRS_MET,
	RESOLUTION,
};

static const struct gc_field fields[] = {
	[CHECK] = { "check", NULL, .kind = GC_KIND_TEXT },
	[OK] = { "ok", NULL, .kind = GC_KIND_NUMBER },
	[ELAPSED] = { "elapsed_ns", NULL, .kind = GC_KIND_NUMBER },
	[CPUS] = { "cpus", NULL, .kind = GC_KIND_NUMBER },
	[LEFT_OUT] = { "cpus_left_out", NULL, .kind = GC_KIND_NUMBER },
	[CLOCKSOURCE] = { "clocksource", NULL, .kind = GC_KIND_TEXT },
	[READINGS] = { "readings", NULL, .kind = GC_KIND_NUMBER },
	[BACK] = { "readings_back", NULL, .kind = GC_KIND_NUMBER },
	[WORST] = { "worst_step_ns", NULL, .kind = GC_KIND_SIGNED },
	[FROM_CPU] = { "from_cpu", NULL, .kind = GC_KIND_NUMBER },
	[TO_CPU] = { "to_cpu", NULL, .kind = GC_KIND_NUMBER },
	[WORST_CLOCKSOURCE] = { "worst_clocksource", NULL, .kind = GC_KIND_TEXT },
	[PAIRS] = { "pairs", NULL, .kind = GC_KIND_NUMBER },
	[PAIRS_MET] = { "pairs_met", NULL, .kind = GC_KIND_NUMBER },
	[RESOLUTION] = { "resolution_ns", NULL, .kind = GC_KIND_NUMBER },
};

static const struct gc_schema schema = {
	.name = "check",
	.field = fields,
	.count = ARRAY_SIZE(fields),
};

#define NAME_SIZE 64

/**
 * struct watch - What is noted while the check runs.
 * @stop: the signals that end it early
 * @clocksource: the clocksource, as last looked
 * @worst_clocksource: the same when the worst step was seen
 */
struct watch {
	sigset_t stop;
	char clocksource[NAME_SIZE];
	char worst_clocksource[NAME_SIZE];
};

static int64_t read_monotonic(int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	return gc_clock_ns(CLOCK_MONOTONIC);
}

static bool look_about(bool worse, void *arg)
{
	const struct timespec at_once = { 0 };
	struct watch *watch = arg;

	/* A step may have made the kernel switch since, so the name from before. */
	if (worse)
		memcpy(watch->worst_clocksource, watch->clocksource, NAME_SIZE);
	if (gc_clocksource_current(watch->clocksource, NAME_SIZE))
		snprintf(watch->clocksource, NAME_SIZE, "unknown");
	return sigtimedwait(&watch->stop, NULL, &at_once) > 0;
}

static int print_text(const struct gc_monotonic_result *result, const struct watch *watch)
{
	if (result->back)
		printf("CLOCK_MONOTONIC went back: %" PRIu64 " of %" PRIu64 " readings on %u CPUs"
		       " in %.1f s were behind an earlier one\n"
		       "worst step: %.6f ms, from CPU %d to CPU %d, clocksource %s\n",
		       result->back, result->readings, result->cpus,
		       (double)result->elapsed_ns / 1e9, (double)result->worst_ns / 1e6,
		       result->from_cpu, result->to_cpu, watch->worst_clocksource);
	else
		printf("CLOCK_MONOTONIC never went back: %" PRIu64 " readings on %u CPUs in"
		       " %.1f s, clocksource %s\n",
		       result->readings, result->cpus, (double)result->elapsed_ns / 1e9,
		       watch->clocksource);
	if (!result->back && result->pairs_met)
		printf("two CPUs whose clocks were apart by more than %" PRId64
		       " ns all the time would have been seen\n", result->resolution_ns);
	if (result->pairs_met < result->pairs)
		printf("%" PRIu64 " of %" PRIu64 " pairs of CPUs were compared through others"
		       " only; a longer run compares more\n",
		       result->pairs - result->pairs_met, result->pairs);
	if (result->cpus == 1)
		puts("one CPU: there is no other one to compare it with");
	if (result->left_out)
		printf("%u CPUs could not be used\n", result->left_out);
	return 0;
}

static void fill(struct gc_row *row, const struct gc_monotonic_result *result,
		 const struct watch *watch)
{
	gc_row_set_text(row, CHECK, "monotonic", NAME_SIZE);
	gc_row_set_u(row, OK, !result->back);
	gc_row_set_u(row, ELAPSED, result->elapsed_ns);
	gc_row_set_u(row, CPUS, result->cpus);
	gc_row_set_u(row, LEFT_OUT, result->left_out);
	gc_row_set_text(row, CLOCKSOURCE, watch->clocksource, NAME_SIZE);
	gc_row_set_u(row, READINGS, result->readings);
	gc_row_set_u(row, BACK, result->back);
	if (result->back) {
		gc_row_set_s(row, WORST, -result->worst_ns);
		gc_row_set_u(row, FROM_CPU, result->from_cpu);
		gc_row_set_u(row, TO_CPU, result->to_cpu);
		gc_row_set_text(row, WORST_CLOCKSOURCE, watch->worst_clocksource, NAME_SIZE);
	}
	gc_row_set_u(row, PAIRS, result->pairs);
	gc_row_set_u(row, PAIRS_MET, result->pairs_met);
	if (result->pairs_met && !result->back)
		gc_row_set_u(row, RESOLUTION, result->resolution_ns);
}

static int print(const struct gc_monotonic_result *result, const struct watch *watch,
		 enum gc_format format)
{
	struct gc_writer writer;
	struct gc_row *row;
	int err;

	if (format == GC_FORMAT_TEXT)
		return print_text(result, watch);
	row = gc_row_new(&schema);
	if (!row)
		return -1;
	fill(row, result, watch);
	gc_writer_begin(&writer, format, &schema, stdout);
	err = gc_writer_row(&writer, row);
	return gc_writer_end(&writer) || err ? -1 : 0;
}

static int check_monotonic(uint64_t duration_ns, enum gc_format format)
{
	struct gc_monotonic_result result;
	struct watch watch = { 0 };
	sigset_t before;
	const struct gc_monotonic what = {
		.clock = read_monotonic,
		.tick = look_about,
		.arg = &watch,
		.duration_ns = duration_ns,
	};
	int err;

	/* What was found so far is worth telling. */
	sigemptyset(&watch.stop);
	sigaddset(&watch.stop, SIGINT);
	sigaddset(&watch.stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &watch.stop, &before);
	look_about(false, &watch);
	err = gc_monotonic_check(&what, &result);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (err) {
		gc_say("check: cannot run a thread on any CPU: %s", strerror(-err));
		return GC_EXIT_ERROR;
	}
	if (print(&result, &watch, format)) {
		gc_say("check: no memory");
		return GC_EXIT_ERROR;
	}
	return result.back ? GC_EXIT_CONDITION : GC_EXIT_OK;
}

static const struct option options[] = {
	{ "monotonic", required_argument, NULL, 'M' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

/**
 * struct request - What is asked for.
 * @format: how to print it
 * @duration_ns: how long to check, 0 when nothing was asked for
 */
struct request {
	enum gc_format format;
	uint64_t duration_ns;
};

static int take_option(int option, const char *value, void *arg)
{
	struct request *request = arg;

	if (option == 'o')
		return gc_format_parse(value, &request->format);
	return gc_duration_parse(value, &request->duration_ns) || !request->duration_ns;
}

static int run(int argc, char **argv)
{
	struct request request = { .format = GC_FORMAT_TEXT };
	int ret;

	ret = gc_options_parse(&gc_cmd_check.usage, argc, argv, take_option, &request);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return gc_options_bad(&gc_cmd_check.usage, "unexpected argument '%s'",
				      argv[optind]);
	if (!request.duration_ns)
		return gc_options_bad(&gc_cmd_check.usage, "nothing to check");
	return check_monotonic(request.duration_ns, request.format);
}

const struct gc_cmd gc_cmd_check = {
	.usage = {
		.name = "check",
		.synopsis = "--monotonic DURATION [-o text|json|csv]",
		.summary = "Check that CLOCK_MONOTONIC does not go back between CPUs, for a time"
			   " such as 10s; exit status 2 when it does.",
		.details =
			"\n"
			"      --monotonic DURATION\n"
			"                     a number and one of ns us ms s m h; all CPUs that this\n"
			"                     process may use are busy meanwhile; SIGINT ends it early\n",
		.shorts = ":o:h",
		.longs = options,
	},
	.run = run,
};
