// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes to rows. The first byte of an input chooses what they are
 * of, the rest are the attributes.
 */
#include <stdlib.h>

#include "decode.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gc_row *row;
	void *attrs;

	if (!size)
		return 0;
	attrs = fuzz_copy(data + 1, size - 1, 0);
	row = gc_decode_row(fuzz_schemas[data[0] % FUZZ_SCHEMAS], attrs, (int)size - 1);
	fuzz_expect(row, "any attributes make a row");
	fuzz_check_row(row);
	gc_row_free(row);
	free(attrs);
	return 0;
}
