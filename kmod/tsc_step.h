/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_STEP_H
#define GUESTCLOCK_TSC_STEP_H

#include <linux/types.h>

u64 guestclock_tsc_step(const u64 *readings, unsigned int count);

#endif /* GUESTCLOCK_TSC_STEP_H */
