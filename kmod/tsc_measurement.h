/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_MEASUREMENT_H
#define GUESTCLOCK_TSC_MEASUREMENT_H

#include <linux/types.h>

#include "tsc_row.h"

int guestclock_tsc_measurement_init(void);
void guestclock_tsc_measurement_exit(void);
int guestclock_tsc_measurement(unsigned int ref_cpu, unsigned int cpu, u32 rounds,
			       bool thorough, struct guestclock_tsc_row *row);

#endif /* GUESTCLOCK_TSC_MEASUREMENT_H */
