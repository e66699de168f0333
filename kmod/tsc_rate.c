// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rate of one clock against another, from what their difference changed by.
 */

#include "tsc_rate.h"

#define PPB		1000000000ULL

/* What can be multiplied by PPB. */
#define FACTOR_MAX	((u64)1 << 34)

/* The quotient is rounded down, and so may be the factors before it. */
#define ROUNDING_PPB	2

static u64 ppb_of(u64 part, u64 whole)
{
	while (part >= FACTOR_MAX) {
		part >>= 1;
		whole >>= 1;
	}

	return part * PPB / whole;
}

/**
 * guestclock_tsc_rate() - the rate, and how sure it is
 * @change: what the difference of the two clocks changed by
 * @change_bound: @change is off by at most this
 * @elapsed: time in between, in the same unit
 * @rate: filled
 *
 * Context: Any.
 * Return: false when the difference, or its bound, changed by as much as the
 * clocks ran: that is no rate.
 */
bool guestclock_tsc_rate(s64 change, u64 change_bound, u64 elapsed,
			 struct guestclock_tsc_rate *rate)
{
	u64 magnitude = change < 0 ? -(u64)change : (u64)change;

	if (magnitude >= elapsed || change_bound >= elapsed)
		return false;

	rate->ppb = ppb_of(magnitude, elapsed);
	if (change < 0)
		rate->ppb = -rate->ppb;
	rate->bound_ppb = ppb_of(change_bound, elapsed) + ROUNDING_PPB;

	return true;
}
