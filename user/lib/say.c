// SPDX-License-Identifier: GPL-2.0-only
/* Diagnostics: stdout is for data, everything else goes to stderr. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>

static const char *program_name = "guestclock";

/**
 * gc_say_name() - Set the name that diagnostics begin with.
 * @program: name of the program, not copied
 */
void gc_say_name(const char *program)
{
	program_name = program;
}

/**
 * gc_say() - Print one line of diagnostics on stderr.
 * @format: printf format, without a newline
 */
void gc_say(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", program_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
