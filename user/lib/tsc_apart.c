// SPDX-License-Identifier: GPL-2.0-only
/* Whether a measured TSC is so far from the other that it matters. */
#include "tsc_apart.h"

#include <linux/guestclock.h>

#include "schema.h"

/* The threshold that a module begins with, for modules that know of none. */
#define THRESHOLD_NS	1000

/* Wherever in its bound the offset is. */
static bool is_beyond(const struct gc_value *v)
{
	uint64_t offset = v[GC_TSC_OFFSET_NS].u;

	if (v[GC_TSC_STATE].u != GUESTCLOCK_TSC_STATE_OK || !v[GC_TSC_OFFSET_NS].present ||
	    !v[GC_TSC_BOUND_NS].present)
		return false;
	if (v[GC_TSC_OFFSET_NS].s < 0)
		offset = 0 - offset;
	return offset > v[GC_TSC_BOUND_NS].u && offset - v[GC_TSC_BOUND_NS].u > THRESHOLD_NS;
}

/**
 * gc_tsc_is_apart() - Whether a TSC is apart from the one it was measured against.
 * @row: the measurement, of gc_schema_tsc
 *
 * The module tells; one that does not is given the threshold of those that do.
 *
 * Return: true when it is, or when no single offset explains what was measured.
 */
bool gc_tsc_is_apart(const struct gc_row *row)
{
	const struct gc_value *v = row->v;

	if (v[GC_TSC_STATE].u == GUESTCLOCK_TSC_STATE_INCONSISTENT)
		return true;
	return v[GC_TSC_BEYOND].present ? v[GC_TSC_BEYOND].u : is_beyond(v);
}
