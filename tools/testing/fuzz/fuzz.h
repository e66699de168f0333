/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_FUZZ_H
#define GUESTCLOCK_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "row.h"

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The id that the fuzzed messages' family has, and the schema of its rows. */
#define FUZZ_FAMILY		0x20

#define FUZZ_SCHEMAS		11

extern const struct gc_schema *const fuzz_schemas[FUZZ_SCHEMAS];

/* Room for the name of a temporary file. */
#define FUZZ_PATH_SIZE		64

/**
 * fuzz_expect() - Fail unless something holds.
 * @holds: whether it holds
 * @what: the same in words
 */
#define fuzz_expect(holds, what)		\
	do {					\
		if (!(holds))			\
			fuzz_fail(what);	\
	} while (0)

void fuzz_fail(const char *what) __attribute__((noreturn));
FILE *fuzz_nowhere(void);
void fuzz_check_row(const struct gc_row *row);
void fuzz_check_recording(const char *path);
void *fuzz_copy(const void *data, size_t size, size_t more);
const char *fuzz_file(const void *data, size_t size);

#endif /* GUESTCLOCK_FUZZ_H */
