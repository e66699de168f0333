/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_RATE_H
#define GUESTCLOCK_TSC_RATE_H

#include <linux/types.h>

/**
 * struct guestclock_tsc_rate - how fast one clock runs against another
 * @ppb: faster is positive, parts per billion
 * @bound_ppb: the truth lies within @ppb plus or minus this, parts per billion
 */
struct guestclock_tsc_rate {
	s64 ppb;
	u64 bound_ppb;
};

bool guestclock_tsc_rate(s64 change, u64 change_bound, u64 elapsed,
			 struct guestclock_tsc_rate *rate);

#endif /* GUESTCLOCK_TSC_RATE_H */
