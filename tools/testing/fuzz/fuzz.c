// SPDX-License-Identifier: GPL-2.0-only
/* What the fuzz targets have in common. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema.h"

const struct gc_schema *const fuzz_schemas[FUZZ_SCHEMAS] = {
	&gc_schema_event, &gc_schema_status, &gc_schema_pvclock,
	&gc_schema_tsc, &gc_schema_pair, &gc_schema_tsc_info, &gc_schema_tsc_sweep,
	&gc_schema_clocksource, &gc_schema_observer, &gc_schema_watchdog, &gc_schema_clock,
};

/**
 * fuzz_fail() - End with a crash, which libFuzzer keeps.
 * @what: what does not hold
 */
void fuzz_fail(const char *what)
{
	fprintf(stderr, "expected: %s\n", what);
	abort();
}

/**
 * fuzz_nowhere() - Where output goes that is formatted only to see it done.
 *
 * Return: a stream, never NULL.
 */
FILE *fuzz_nowhere(void)
{
	static FILE *nowhere;

	if (!nowhere)
		nowhere = fopen("/dev/null", "we");
	fuzz_expect(nowhere, "/dev/null can be opened");
	return nowhere;
}

/**
 * fuzz_copy() - Copy an input, so that nothing can be read beyond its end.
 * @data: the input
 * @size: its size
 * @more: zeros to be added
 *
 * Return: the copy, aligned for anything, for free().
 */
void *fuzz_copy(const void *data, size_t size, size_t more)
{
	uint8_t *copy = calloc(1, size + more + !(size + more));

	if (!copy)
		abort();
	memcpy(copy, data, size);
	return copy;
}

static char path[FUZZ_PATH_SIZE];

static void remove_file(void)
{
	unlink(path);
}

/**
 * fuzz_file() - Put bytes into the target's one temporary file.
 * @data: the bytes
 * @size: how many
 *
 * In memory where there is such a file system, since it is written at each input.
 *
 * Return: its name; the file is removed at exit.
 */
const char *fuzz_file(const void *data, size_t size)
{
	const char *where = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	FILE *file;
	int fd;

	if (!path[0]) {
		snprintf(path, sizeof(path), "%s/guestclock-fuzz.XXXXXX", where);
		fd = mkstemp(path);
		fuzz_expect(fd >= 0, "a temporary file can be made");
		close(fd);
		atexit(remove_file);
	}
	file = fopen(path, "we");
	fuzz_expect(file, "the temporary file can be written");
	fuzz_expect(fwrite(data, 1, size, file) == size && !fclose(file),
		    "there is room for the temporary file");
	return path;
}
