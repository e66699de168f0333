// SPDX-License-Identifier: GPL-2.0-only
/* guestclock-export: the events of a recording as JSON lines. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "recording.h"
#include "say.h"
#include "version.h"

static int print_help(FILE *to)
{
	fprintf(to,
		"usage: guestclock export [--all] FILE\n\n"
		"Print the events of the recording FILE, one JSON object per line, as 'guestclock\n"
		"monitor -o json' prints them.\n\n"
		"  --all   also lines of the kernel's log and context, each with a key \"record\"\n");
	return GC_EXIT_OK;
}

static int print_item(const struct gc_item *item, void *arg)
{
	const bool *all = arg;

	if (item->kind != GC_ITEM_EVENT && !*all)
		return 0;
	return puts(item->line) == EOF ? -EPIPE : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	bool all = false;
	char why[512];
	int option;

	gc_say_name("guestclock-export");
	while ((option = getopt_long(argc, argv, ":ahV", options, NULL)) != -1) {
		switch (option) {
		case 'a':
			all = true;
			break;
		case 'h':
			return print_help(stdout);
		case 'V':
			printf("guestclock-export %s\n", GC_VERSION);
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
	if (gc_recording_read(argv[optind], print_item, &all, why, sizeof(why))) {
		if (ferror(stdout))
			gc_say("cannot write the output: %s", strerror(errno));
		else
			gc_say("%s", why);
		return GC_EXIT_ERROR;
	}
	if (fflush(stdout)) {
		gc_say("cannot write the output: %s", strerror(errno));
		return GC_EXIT_ERROR;
	}
	return GC_EXIT_OK;
}
