// SPDX-License-Identifier: GPL-2.0-only
/* Files to recordings and verdicts: JSON lines, or a whole database. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_check_recording(fuzz_file(data, size));
	return 0;
}
