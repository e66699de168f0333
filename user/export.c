// SPDX-License-Identifier: GPL-2.0-only
/* guestclock-export: the events of a recording as JSON lines. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "exit.h"
#include "options.h"
#include "program.h"
#include "recording.h"
#include "say.h"

static int print_item(const struct gc_item *item, void *arg)
{
	const bool *all = arg;

	if (item->kind != GC_ITEM_EVENT && !*all)
		return 0;
	return puts(item->line) == EOF ? -EPIPE : 0;
}

static int take_option(int option, const char *value, void *arg)
{
	bool *all = arg;

	(void)option;
	(void)value;
	*all = true;
	return 0;
}

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static const struct gc_usage usage = {
	.name = "export",
	.synopsis = "[--all] FILE",
	.summary = "Print the events of the recording FILE, one JSON object per line, as\n"
		   "'guestclock monitor -o json' prints them.\n\n"
		   "  --all   also lines of the kernel's log and context, each with a key \"record\"",
	.shorts = ":aVh",
	.longs = options,
};

static int export(const char *path, bool all)
{
	char why[512];

	if (!gc_recording_read(path, print_item, &all, why, sizeof(why)))
		return GC_EXIT_OK;
	/* Else the output could not be written, which is told in the end. */
	if (!ferror(stdout)) {
		gc_say("%s", why);
		return GC_EXIT_ERROR;
	}
	return GC_EXIT_OK;
}

int main(int argc, char **argv)
{
	bool all = false;
	int ret;

	gc_program_begin("guestclock-export", false);
	ret = gc_options_parse(&usage, argc, argv, take_option, &all);
	if (ret < 0 && argc - optind != 1)
		ret = gc_options_bad(&usage, "name one recording");
	else if (ret < 0)
		ret = export(argv[optind], all);
	return gc_program_end(ret);
}
