/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_ADJUST_H
#define GUESTCLOCK_TSC_ADJUST_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

/**
 * struct guestclock_tsc_adjust - a CPU's IA32_TSC_ADJUST
 * @state: whether it could be read
 * @value: what it holds, cycles
 * @tsc: the reference CPU's TSC before that was read, cycles
 */
struct guestclock_tsc_adjust {
	enum guestclock_adjust_state state;
	s64 value;
	u64 tsc;
};

struct guestclock_tsc_adjust guestclock_tsc_adjust_read(void);

#endif /* GUESTCLOCK_TSC_ADJUST_H */
