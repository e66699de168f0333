// SPDX-License-Identifier: GPL-2.0-only
/* guestclock tsc: the TSCs, CPU by CPU, pair by pair, and all of them. */
#include <errno.h>
#include <linux/guestclock.h>
#include <stdlib.h>

#include "failure.h"
#include "say.h"
#include "schema.h"
#include "tsc_show.h"
#include "tsc_verb.h"

/**
 * struct rows - Rows on their way to the writer.
 * @request: what is asked for
 * @writer: prints them
 * @printed: how many were printed
 * @others: rows of other CPUs than the reference, and than those left alone
 * @measured: of these, those that have been measured
 */
struct rows {
	const struct gc_tsc_request *request;
	struct gc_writer writer;
	unsigned int printed;
	unsigned int others;
	unsigned int measured;
};

static int take_row(struct gc_row *row, void *arg)
{
	uint64_t state = row->v[GC_TSC_STATE].u;
	struct rows *rows = arg;

	if (rows->request->has_cpu && row->v[GC_TSC_CPU].u != rows->request->cpu) {
		gc_row_free(row);
		return 0;
	}
	rows->printed++;
	if (state != GUESTCLOCK_TSC_STATE_REFERENCE &&
	    state != GUESTCLOCK_TSC_STATE_LEFT_ALONE) {
		rows->others++;
		rows->measured += state != GUESTCLOCK_TSC_STATE_NOT_MEASURED;
	}
	return gc_writer_row(&rows->writer, row);
}

static int print_info(struct gc_link *link)
{
	struct gc_row *info, *sweep;
	int err;

	err = gc_tsc_get_info(link, &info);
	if (err)
		return err;
	err = gc_tsc_get_sweep(link, &sweep);
	if (!err && info) {
		gc_tsc_show_verification(stdout, info);
		gc_tsc_show_info(stdout, info);
	}
	if (!err && sweep)
		gc_tsc_show_sweep(stdout, sweep, info ? info->v[GC_TSC_INFO_KHZ].u : 0);
	if (!err && (info || sweep))
		putchar('\n');
	gc_row_free(info);
	gc_row_free(sweep);
	return err;
}

static int print_rows(struct gc_link *link, const struct gc_tsc_request *request)
{
	struct rows rows = { .request = request };
	int err;

	gc_writer_begin(&rows.writer, request->format, &gc_schema_tsc, stdout);
	err = gc_link_get(link, GUESTCLOCK_CMD_TSC_GET, true, &gc_schema_tsc, take_row, &rows);
	gc_writer_end(&rows.writer);
	if (err)
		return gc_failure_say(err, "tsc");
	if (!rows.printed && request->has_cpu) {
		gc_say("tsc: CPU %u is not online", request->cpu);
		return GC_EXIT_ABSENT;
	}
	if (rows.others && !rows.measured)
		gc_say("no CPU has been measured yet;"
		       " 'guestclock tsc --measure' (as root) does it");
	return GC_EXIT_OK;
}

static int show(struct gc_link *link, const struct gc_tsc_request *request)
{
	int err;

	if (request->format == GC_FORMAT_TEXT) {
		err = print_info(link);
		if (err)
			return gc_failure_say(err, "tsc");
	}
	return print_rows(link, request);
}

static int measure(struct gc_link *link, const struct gc_tsc_request *request)
{
	struct nl_msg *msg = gc_link_request(link, GUESTCLOCK_CMD_TSC_MEASURE, false);

	if (!msg || (request->has_cpu && nla_put_u32(msg, GUESTCLOCK_A_TSC_CPU, request->cpu)) ||
	    (request->rounds &&
	     nla_put_u32(msg, GUESTCLOCK_A_TSC_ROUNDS_WANTED, request->rounds))) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	return gc_link_run(link, msg, NULL, NULL, NULL);
}

static int show_one(struct gc_link *link, const struct gc_tsc_request *request, int cmd,
		    const struct gc_schema *schema)
{
	const struct gc_query query = { .cmd = cmd, .schema = schema };
	int err;

	if (request->format != GC_FORMAT_TEXT)
		return gc_cmd_print_rows(link, &query, request->format);
	err = print_info(link);
	return err ? gc_failure_say(err, "tsc") : GC_EXIT_OK;
}

static int act(struct gc_link *link, const struct gc_tsc_request *request)
{
	int err;

	err = request->setting_count ? gc_tsc_set(link, request) : 0;
	if (err)
		return gc_failure_say(err, "tsc --set");
	switch (request->action) {
	case GC_TSC_MEASURE:
		err = measure(link, request);
		if (err)
			return gc_failure_say(err, "tsc --measure");
		return show(link, request);
	case GC_TSC_MATRIX:
		return gc_tsc_matrix(link, request);
	case GC_TSC_INFO:
		return show_one(link, request, GUESTCLOCK_CMD_TSC_INFO_GET, &gc_schema_tsc_info);
	case GC_TSC_SWEEPS:
		return show_one(link, request, GUESTCLOCK_CMD_TSC_SWEEP_GET,
				&gc_schema_tsc_sweep);
	default:
		return show(link, request);
	}
}

static const struct option options[] = {
	{ "measure", no_argument, NULL, 'm' },
	{ "matrix", no_argument, NULL, 'M' },
	{ "info", no_argument, NULL, 'I' },
	{ "sweeps", no_argument, NULL, 'S' },
	{ "set", required_argument, NULL, 's' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "cpu", required_argument, NULL, 'c' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static int parse_u32(const char *text, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value > UINT32_MAX)
		return -EINVAL;
	*number = value;
	return 0;
}

static int take_setting(struct gc_tsc_request *request, const char *value)
{
	if (!gc_tsc_setting_is_good(value) || request->setting_count == GC_TSC_SETTINGS_MAX)
		return -EINVAL;
	request->settings[request->setting_count++] = value;
	return 0;
}

static int take_option(int option, const char *value, void *arg)
{
	struct gc_tsc_request *request = arg;

	switch (option) {
	case 'o':
		return gc_format_parse(value, &request->format);
	case 'm':
		request->action = GC_TSC_MEASURE;
		return 0;
	case 'M':
		request->action = GC_TSC_MATRIX;
		return 0;
	case 'I':
		request->action = GC_TSC_INFO;
		return 0;
	case 'S':
		request->action = GC_TSC_SWEEPS;
		return 0;
	case 's':
		return take_setting(request, value);
	case 'r':
		return parse_u32(value, &request->rounds) || !request->rounds;
	default:
		request->has_cpu = true;
		return parse_u32(value, &request->cpu);
	}
}

/* Options that say nothing where they stand would be taken for something. */
static const char *nonsense(const struct gc_tsc_request *request)
{
	bool measures = request->action == GC_TSC_MEASURE || request->action == GC_TSC_MATRIX;

	if (request->rounds && !measures)
		return "--rounds goes with --measure or --matrix; '--set rounds=N' is for sweeps";
	if (request->has_cpu && request->action != GC_TSC_MEASURE &&
	    request->action != GC_TSC_SHOW)
		return "--cpu goes with rows of CPUs only";
	return NULL;
}

static int run(int argc, char **argv)
{
	struct gc_tsc_request request = { .format = GC_FORMAT_TEXT };
	struct gc_link link;
	const char *wrong;
	int ret;

	ret = gc_options_parse(&gc_cmd_tsc.usage, argc, argv, take_option, &request);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return gc_options_bad(&gc_cmd_tsc.usage, "unexpected argument '%s'",
				      argv[optind]);
	wrong = nonsense(&request);
	if (wrong)
		return gc_options_bad(&gc_cmd_tsc.usage, "%s", wrong);

	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "tsc");
	ret = act(&link, &request);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_tsc = {
	.usage = {
		.name = "tsc",
		.synopsis = "[--set NAME=VALUE]... [--measure | --matrix | --info | --sweeps]"
			    " [--rounds N] [--cpu N] [-o text|json|csv]",
		.summary = "Show every CPU's TSC offset as of the last measurement,"
			   " or measure first.",
		.details =
			"\n"
			"  -m, --measure      measure first, with CAP_NET_ADMIN\n"
			"      --matrix       measure every CPU against every other one, and check\n"
			"                     that the offsets agree; exit status 2 when they do not\n"
			"      --rounds N     rounds of each measurement\n"
			"      --cpu N        only this CPU\n"
			"      --info         what is known of all TSCs; text shows it anyhow\n"
			"      --sweeps       how CPUs are swept, and what that costs; so does text\n"
			"      --set NAME=VALUE\n"
			"                     change how: period (60s; 0 for none), rounds, isolated\n"
			"                     (1 to measure isolated CPUs, too); and what is an\n"
			"                     event: offset-threshold (1us), offset-hysteresis,\n"
			"                     adjust-threshold (cycles)\n",
		.shorts = ":mo:h",
		.longs = options,
	},
	.run = run,
};
