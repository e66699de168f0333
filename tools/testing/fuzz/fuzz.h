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

#define FUZZ_SCHEMAS		6

extern const struct gc_schema *const fuzz_schemas[FUZZ_SCHEMAS];

/* Room for the name of a temporary file. */
#define FUZZ_PATH_SIZE		64

void fuzz_expect(bool holds, const char *what);
FILE *fuzz_nowhere(void);
void fuzz_check_row(const struct gc_row *row);
void fuzz_check_recording(const char *path);
const char *fuzz_file(const void *data, size_t size);

#endif /* GUESTCLOCK_FUZZ_H */
