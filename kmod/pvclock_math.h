/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_PVCLOCK_MATH_H
#define GUESTCLOCK_PVCLOCK_MATH_H

#include <linux/types.h>

/**
 * struct guestclock_page - the fields of a pvclock page, copied whole
 * @version: update counter; odd while the host writes
 * @tsc_timestamp: the vCPU's TSC at the last update, cycles
 * @system_time: kvm-clock at @tsc_timestamp, ns
 * @tsc_to_system_mul: multiplier from shifted cycles to ns, 32-bit fraction
 * @tsc_shift: left shift of the cycles before the multiplication
 * @flags: PVCLOCK_ flags
 *
 * The layout of the page itself is the host's ABI, asm/pvclock-abi.h.
 */
struct guestclock_page {
	u32 version;
	u64 tsc_timestamp;
	u64 system_time;
	u32 tsc_to_system_mul;
	s8 tsc_shift;
	u8 flags;
};

bool guestclock_page_is_clock(const struct guestclock_page *page);
u64 guestclock_page_ns(const struct guestclock_page *page, u64 tsc);
u64 guestclock_page_tsc_hz(const struct guestclock_page *page);
s64 guestclock_page_discontinuity(const struct guestclock_page *before,
				  const struct guestclock_page *after);

#endif /* GUESTCLOCK_PVCLOCK_MATH_H */
