/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNIT_TAP_H
#define GUESTCLOCK_UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/**
 * struct tap - the state of one test program
 * @cases: cases so far
 * @failures: of these, failed
 */
struct tap {
	unsigned int cases;
	unsigned int failures;
};

/**
 * tap_case() - one case of the test
 * @tap: the program's state
 * @passed: how it went
 * @name: what it shows
 */
static inline void tap_case(struct tap *tap, bool passed, const char *name)
{
	tap->cases++;
	if (!passed)
		tap->failures++;
	printf("%sok %u %s\n", passed ? "" : "not ", tap->cases, name);
}

/**
 * tap_end() - the plan, which comes last
 * @tap: the program's state
 * Return: the program's exit status
 */
static inline int tap_end(const struct tap *tap)
{
	printf("1..%u\n", tap->cases);

	return tap->failures ? 1 : 0;
}

/**
 * tap_temporary() - make an empty file, to be unlinked by the caller
 * @path: gets its name
 * @size: room in @path, 64 is enough
 *
 * Return: whether there is such a file now.
 */
static inline bool tap_temporary(char *path, size_t size)
{
	int fd;

	snprintf(path, size, "/tmp/guestclock-unit.XXXXXX");
	fd = mkstemp(path);
	if (fd >= 0)
		close(fd);

	return fd >= 0;
}

/**
 * tap_open() - Open a file, or end the test, which has failed then.
 * @path: its name
 * @mode: as for fopen()
 *
 * Return: the file.
 */
static inline FILE *tap_open(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (file)
		return file;
	perror(path);
	exit(1);
}

#endif /* GUESTCLOCK_UNIT_TAP_H */
