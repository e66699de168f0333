// SPDX-License-Identifier: GPL-2.0-only
/* How every program begins and ends. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "say.h"

/* What the first write that failed said: stdio keeps that it failed, not why. */
static int output_errno;

/* A signal, or a disk that is about to be full, cuts a write short: stdio would give up. */
static ssize_t write_output(void *cookie, const char *data, size_t size)
{
	size_t done = 0;
	ssize_t len;

	(void)cookie;
	while (done < size) {
		len = write(STDOUT_FILENO, data + done, size - done);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0) {
			if (!output_errno)
				output_errno = errno;
			break;
		}
		done += len;
	}
	return done;
}

/**
 * gc_program_begin() - To be called first.
 * @name: what diagnostics begin with, not copied
 * @by_line: print each line at once, also into a pipe
 *
 * Where the caller closed one of the standard descriptors it is taken, so that
 * no file opened later gets it and is written to by mistake; writing to it fails.
 * So does writing to a reader that went away, which kills nothing.
 */
void gc_program_begin(const char *name, bool by_line)
{
	static const cookie_io_functions_t output = { .write = write_output };
	FILE *to;
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	gc_say_name(name);
	to = fopencookie(NULL, "w", output);
	if (to)
		stdout = to;
	setvbuf(stdout, NULL, by_line || isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
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
	if ((!fflush(stdout) && !ferror(stdout)) || output_errno == EPIPE)
		return code;
	gc_say("cannot write the output: %s", strerror(output_errno));
	return code ? code : GC_EXIT_ERROR;
}
