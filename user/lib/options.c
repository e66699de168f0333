// SPDX-License-Identifier: GPL-2.0-only
/* Command lines, and what is wrong with them. */
#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "say.h"
#include "version.h"

/**
 * gc_options_bad() - Tell what is wrong with a command line.
 * @usage: what it may be
 * @format: what is wrong
 *
 * Return: GC_EXIT_USAGE.
 */
int gc_options_bad(const struct gc_usage *usage, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	gc_say("%s: %s; usage: guestclock %s %s", usage->name, text, usage->name,
	       usage->synopsis);
	return GC_EXIT_USAGE;
}

/* What getopt stumbled over; a short option may stand among others in a word. */
static int bad_option(const struct gc_usage *usage, int option, const char *word)
{
	char name[] = { '-', (char)optopt, '\0' };

	if (optopt && strncmp(word, "--", 2))
		word = name;
	if (option == ':')
		return gc_options_bad(usage, "option '%s' needs a value", word);
	return gc_options_bad(usage, "no option '%s'", word);
}

/**
 * gc_options_parse() - Parse the options of a command line.
 * @usage: what it may be
 * @argc: number of words
 * @argv: the words; the first is the verb
 * @fn: gets each option with its value; non-zero when that makes no sense
 * @arg: handed to @fn
 *
 * Return: -1 to go on, with the first argument at optind, or the exit code to end
 * with.
 */
int gc_options_parse(const struct gc_usage *usage, int argc, char **argv, gc_option_fn fn,
		     void *arg)
{
	int option;

	while ((option = getopt_long(argc, argv, usage->shorts, usage->longs, NULL)) != -1) {
		switch (option) {
		case 'h':
			printf("usage: guestclock %s %s\n%s\n%s", usage->name, usage->synopsis,
			       usage->summary, usage->details ? usage->details : "");
			return GC_EXIT_OK;
		case 'V':
			printf("guestclock-%s %s\n", usage->name, GC_VERSION);
			return GC_EXIT_OK;
		case '?':
		case ':':
			return bad_option(usage, option, argv[optind - 1]);
		default:
			if (fn(option, optarg, arg))
				return gc_options_bad(usage, "bad value '%s'", optarg);
			break;
		}
	}
	return -1;
}
