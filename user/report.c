// SPDX-License-Identifier: GPL-2.0-only
/* guestclock-report: what a recording says about the clocks. */
#include <stdio.h>
#include <stdlib.h>

#include "exit.h"
#include "options.h"
#include "program.h"
#include "report/continuation.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "say.h"
#include "writer.h"

/**
 * struct request - What is asked for.
 * @format: how to print it
 * @all_lines: every line of the kernel's log
 */
struct request {
	enum gc_format format;
	bool all_lines;
};

/**
 * struct judged - A recording that was read and judged.
 * @path: the file
 * @evidence: what it holds
 * @timeline: what that means
 */
struct judged {
	const char *path;
	struct gc_evidence evidence;
	struct gc_timeline timeline;
};

static int no_memory(const char *path)
{
	gc_say("%s: not enough memory", path);
	return GC_EXIT_ERROR;
}

static int print_row(const struct gc_row *incident, enum gc_format format)
{
	if (format == GC_FORMAT_JSON)
		return gc_json_line(stdout, incident);
	if (format == GC_FORMAT_CSV)
		gc_csv_line(stdout, incident);
	else
		gc_report_text_incident(stdout, incident);
	return 0;
}

static int judge(struct judged *judged, const struct request *request)
{
	char why[512];

	if (gc_evidence_read(&judged->evidence, judged->path, why, sizeof(why))) {
		gc_say("%s", why);
		return GC_EXIT_ERROR;
	}
	if (gc_timeline_build(&judged->timeline, &judged->evidence, request->all_lines))
		return no_memory(judged->path);
	return GC_EXIT_OK;
}

static int print_judged(struct judged *judged, const struct request *request, bool one_of_many)
{
	struct gc_row *incident;
	size_t i;

	if (request->format == GC_FORMAT_TEXT) {
		gc_report_text(stdout, judged->path, &judged->timeline);
		return GC_EXIT_OK;
	}
	for (i = 0; i < judged->timeline.count; i++) {
		incident = judged->timeline.entries[i].incident;
		if (one_of_many)
			gc_incident_print(incident, GC_INCIDENT_RECORDING, "%s", judged->path);
		if (print_row(incident, request->format))
			return no_memory(judged->path);
	}
	return GC_EXIT_OK;
}

static int print_relation(struct gc_row *incident, void *arg)
{
	const struct request *request = arg;
	int err = print_row(incident, request->format);

	gc_row_free(incident);
	return err;
}

/* Recordings are judged one by one, and then compared, never taken for one. */
static int print_all(struct judged *judged, size_t count, struct request *request)
{
	size_t i, j;
	int ret = GC_EXIT_OK;

	if (request->format == GC_FORMAT_CSV)
		gc_csv_header(stdout, &gc_schema_incident);
	for (i = 0; i < count && !ret; i++) {
		ret = print_judged(&judged[i], request, count > 1);
		if (request->format == GC_FORMAT_TEXT && count > 1)
			putchar('\n');
	}
	for (i = 0; i < count && !ret; i++) {
		for (j = i + 1; j < count && !ret; j++) {
			if (gc_continuation_of_files(&judged[i].timeline, judged[i].path,
						     &judged[j].timeline, judged[j].path,
						     print_relation, request))
				ret = no_memory(judged[j].path);
		}
	}
	return ret;
}

static int report(struct request *request, char **paths, size_t count)
{
	struct judged *judged = calloc(count, sizeof(*judged));
	int ret = GC_EXIT_OK;
	size_t i;

	if (!judged)
		return no_memory(paths[0]);
	for (i = 0; i < count && !ret; i++) {
		judged[i].path = paths[i];
		ret = judge(&judged[i], request);
	}
	if (!ret)
		ret = print_all(judged, count, request);
	while (count--) {
		gc_timeline_free(&judged[count].timeline);
		gc_evidence_free(&judged[count].evidence);
	}
	free(judged);
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
	.synopsis = "[--all] [-o text|json|csv] FILE...",
	.summary = "Tell what the recording FILE (a database, or JSON lines) says about the\n"
		   "clocks. Several are judged one after the other, and then compared.\n\n"
		   "  --all   every recorded line of the kernel's log, not only those written\n"
		   "          during the recording and earlier warnings",
	.shorts = ":ao:Vh",
	.longs = options,
};

int main(int argc, char **argv)
{
	struct request request = { .format = GC_FORMAT_TEXT };
	int ret;

	gc_program_begin("guestclock-report", false);
	ret = gc_options_parse(&usage, argc, argv, take_option, &request);
	if (ret < 0 && argc == optind)
		ret = gc_options_bad(&usage, "name a recording");
	else if (ret < 0)
		ret = report(&request, argv + optind, argc - optind);
	return gc_program_end(ret);
}
