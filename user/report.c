// SPDX-License-Identifier: GPL-2.0-only
/* guestclock-report: what a recording says about the clocks. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "say.h"
#include "version.h"
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

static int print_help(FILE *to)
{
	fprintf(to,
		"usage: guestclock report [--all] [-o text|json|csv] FILE\n\n"
		"Tell what the recording FILE (a database, or JSON lines) says about the clocks.\n\n"
		"  --all   every recorded line of the kernel's log, not only those written\n"
		"          during the recording and earlier warnings\n");
	return GC_EXIT_OK;
}

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
	if (fflush(stdout) || ferror(stdout)) {
		gc_say("cannot write the output: %s", strerror(errno));
		ret = GC_EXIT_ERROR;
	}
	goto out;

no_memory:
	gc_say("%s: not enough memory", request->path);
out:
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	struct request request = { .format = GC_FORMAT_TEXT };
	int option;

	gc_say_name("guestclock-report");
	while ((option = getopt_long(argc, argv, ":ao:hV", options, NULL)) != -1) {
		switch (option) {
		case 'a':
			request.all_lines = true;
			break;
		case 'o':
			if (!gc_format_parse(optarg, &request.format))
				break;
			gc_say("no output format '%s'; try --help", optarg);
			return GC_EXIT_USAGE;
		case 'h':
			return print_help(stdout);
		case 'V':
			printf("guestclock-report %s\n", GC_VERSION);
			return GC_EXIT_OK;
		default:
			gc_say("bad option '%s'; try --help", argv[optind - 1]);
			return GC_EXIT_USAGE;
		}
	}
	if (argc - optind != 1) {
		gc_say("name one recording; try --help");
		return GC_EXIT_USAGE;
	}
	request.path = argv[optind];
	return report(&request);
}
