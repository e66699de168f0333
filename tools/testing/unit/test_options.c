// SPDX-License-Identifier: GPL-2.0-only
/* Command lines: what is taken, and what is refused with the exit code for it. */

#include <string.h>

#include "array.h"
#include "exit.h"
#include "options.h"
#include "tap.h"

static const struct option longs[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static const struct gc_usage usage = {
	.name = "test",
	.synopsis = "[-v] [-o json] FILE",
	.summary = "# Nothing.",
	.shorts = ":vo:h",
	.longs = longs,
};

static int take(int option, const char *value, void *arg)
{
	char *got = arg;

	got[strlen(got)] = (char)option;
	return option == 'o' && strcmp(value, "json");
}

int main(void)
{
	static const struct {
		const char *words[4];
		int ret;
		const char *taken;
		const char *name;
	} cases[] = {
		{ { "test" }, -1, "", "nothing" },
		{ { "test", "-vo", "json", "file" }, -1, "vo", "short options in one word" },
		{ { "test", "--output=json", "file", "-v" }, -1, "ov", "options behind arguments" },
		{ { "test", "--", "-v" }, -1, "", "an argument that looks like an option" },
		{ { "test", "-x" }, GC_EXIT_USAGE, "", "an option that there is not" },
		{ { "test", "-vx", "file" }, GC_EXIT_USAGE, "v", "one among others" },
		{ { "test", "--bogus" }, GC_EXIT_USAGE, "", "a long one" },
		{ { "test", "--help=1" }, GC_EXIT_USAGE, "", "a value that is not wanted" },
		{ { "test", "-o" }, GC_EXIT_USAGE, "", "a value that is missing" },
		{ { "test", "-o", "xml" }, GC_EXIT_USAGE, "o", "a value that makes no sense" },
		{ { "test", "-h", "-x" }, GC_EXIT_OK, "", "help" },
	};
	struct tap tap = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *words[5] = { NULL }, got[8] = "";
		int count, ret;

		for (count = 0; count < 4 && cases[i].words[count]; count++)
			words[count] = (char *)cases[i].words[count];
		/* GNU's way to begin anew. */
		optind = 0;
		ret = gc_options_parse(&usage, count, words, take, got);
		tap_case(&tap, ret == cases[i].ret && !strcmp(got, cases[i].taken),
			 cases[i].name);
	}

	return tap_end(&tap);
}
