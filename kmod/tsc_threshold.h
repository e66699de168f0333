/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_THRESHOLD_H
#define GUESTCLOCK_TSC_THRESHOLD_H

#include <linux/types.h>

/**
 * struct guestclock_tsc_threshold - when an offset is too large
 * @limit_ns: an offset beyond this is, ns
 * @hysteresis_ns: and it is so until it is this much below, ns; at most @limit_ns
 */
struct guestclock_tsc_threshold {
	u64 limit_ns;
	u64 hysteresis_ns;
};

bool guestclock_tsc_beyond(const struct guestclock_tsc_threshold *threshold,
			   s64 offset_ns, u64 bound_ns, bool before);

#endif /* GUESTCLOCK_TSC_THRESHOLD_H */
