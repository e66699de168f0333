// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether an offset is too large, bound and hysteresis considered.
 */

#include "tsc_threshold.h"

/**
 * guestclock_tsc_beyond() - whether an offset is beyond the threshold now
 * @threshold: the threshold
 * @offset_ns: the offset, ns
 * @bound_ns: how far the truth can be from it, ns
 * @before: whether it was before
 *
 * The truth has to be beyond, wherever within the bound it is; and to be back it
 * has to be within, by the hysteresis. In between everything stays as it was.
 *
 * Context: Any.
 * Return: whether it is.
 */
bool guestclock_tsc_beyond(const struct guestclock_tsc_threshold *threshold,
			   s64 offset_ns, u64 bound_ns, bool before)
{
	u64 magnitude = offset_ns < 0 ? -(u64)offset_ns : (u64)offset_ns;
	u64 back = threshold->limit_ns - threshold->hysteresis_ns;

	if (magnitude > bound_ns && magnitude - bound_ns > threshold->limit_ns)
		return true;
	if (magnitude <= back && bound_ns <= back - magnitude)
		return false;

	return before;
}
