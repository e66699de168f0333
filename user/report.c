// SPDX-License-Identifier: GPL-2.0-only
/* guestclock-report: what a recording says about the clocks. */
#include <errno.h>
#include <stdio.h>

#include "exit.h"
#include "options.h"
#include "program.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "say.h"
#include "writer.h"

/**
 * struct request - What is asked for.
 * @path: the recording
 * @format: how to print it
 * @all_lines: every line of the kernel's log
 */
struct request {
	const char *path;
	enum gc_format format;
	bool all_lines;
};

static int print_rows(const struct gc_timeline *timeline, enum gc_format format)
{
	size_t i;

	if (format == GC_FORMAT_CSV)
		gc_csv_header(stdout, &gc_schema_incident);
	for (i = 0; i < timeline->count; i++) {
		if (format == GC_FORMAT_CSV)
			gc_csv_line(stdout, timeline->entries[i].incident);
		else if (gc_json_line(stdout, timeline->entries[i].incident))
			return -ENOMEM;
	}
	return 0;
}

static int report(const struct request *request)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	int ret = GC_EXIT_ERROR;
	char why[512];

	if (gc_evidence_read(&evidence, request->path, why, sizeof(why))) {
		gc_say("%s", why);
		gc_evidence_free(&evidence);
		return GC_EXIT_ERROR;
	}
	if (gc_timeline_build(&timeline, &evidence, request->all_lines))
		goto no_memory;
	if (request->format == GC_FORMAT_TEXT)
		gc_report_text(stdout, request->path, &timeline);
	else if (print_rows(&timeline, request->format))
		goto no_memory;
	ret = GC_EXIT_OK;
	goto out;

no_memory:
	gc_say("%s: not enough memory", request->path);
out:
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return ret;
}

static int take_option(int option, const char *value, void *arg)
{
	struct request *request = arg;

	if (option == 'o')
		return gc_format_parse(value, &request->format);
	request->all_lines = true;
	return 0;
}

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static const struct gc_usage usage = {
	.name = "report",
	.synopsis = "[--all] [-o text|json|csv] FILE",
	.summary = "Tell what the recording FILE (a database, or JSON lines) says about the clocks.\n\n"
		   "  --all   every recorded line of the kernel's log, not only those written\n"
		   "          during the recording and earlier warnings",
	.shorts = ":ao:Vh",
	.longs = options,
};

int main(int argc, char **argv)
{
	struct request request = { .format = GC_FORMAT_TEXT };
	int ret;

	gc_program_begin("guestclock-report");
	ret = gc_options_parse(&usage, argc, argv, take_option, &request);
	if (ret < 0 && argc - optind != 1) {
		ret = gc_options_bad(&usage, "name one recording");
	} else if (ret < 0) {
		request.path = argv[optind];
		ret = report(&request);
	}
	return gc_program_end(ret);
}
