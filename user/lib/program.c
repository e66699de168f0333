// SPDX-License-Identifier: GPL-2.0-only
/* How every program begins and ends. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "say.h"

/**
 * gc_program_begin() - To be called first.
 * @name: what diagnostics begin with, not copied
 *
 * Where the caller closed one of the standard descriptors it is taken, so that
 * no file opened later gets it and is written to by mistake; writing to it fails.
 */
void gc_program_begin(const char *name)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	gc_say_name(name);
}

/**
 * gc_program_end() - To be called last.
 * @code: the exit code so far
 *
 * A reader that went away has what it wanted. Any other output that could not be
 * written is an error.
 *
 * Return: the exit code.
 */
int gc_program_end(int code)
{
	errno = 0;
	if ((!fflush(stdout) && !ferror(stdout)) || errno == EPIPE)
		return code;
	gc_say("cannot write the output%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
	return code ? code : GC_EXIT_ERROR;
}
