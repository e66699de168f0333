/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_OPTIONS_H
#define GUESTCLOCK_OPTIONS_H

#include <getopt.h>

/**
 * struct gc_usage - What a verb takes on its command line.
 * @name: the verb
 * @synopsis: its arguments, for people
 * @summary: what it does; --help prints it
 * @details: more of it for --help, lines; or NULL
 * @shorts: its options as for getopt(3); begins with ':' and ends with 'h'
 * @longs: the same, with "help" at least
 */
struct gc_usage {
	const char *name;
	const char *synopsis;
	const char *summary;
	const char *details;
	const char *shorts;
	const struct option *longs;
};

typedef int (*gc_option_fn)(int option, const char *value, void *arg);

int gc_options_parse(const struct gc_usage *usage, int argc, char **argv, gc_option_fn fn,
		     void *arg);
int gc_options_bad(const struct gc_usage *usage, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* GUESTCLOCK_OPTIONS_H */
