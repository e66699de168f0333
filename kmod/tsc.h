/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_H
#define GUESTCLOCK_TSC_H

#include <linux/types.h>

#include "tsc_row.h"

struct guestclock_tsc_settings;

/* To guestclock_tsc_measure(), every online CPU. */
#define GUESTCLOCK_ALL_CPUS	(-1)

int guestclock_tsc_init(const struct guestclock_tsc_settings *settings);
void guestclock_tsc_stop(void);
void guestclock_tsc_exit(void);
unsigned int guestclock_tsc_reference_cpu(void);
int guestclock_tsc_measure(int only_cpu, u32 rounds);
int guestclock_tsc_measure_pair(unsigned int ref_cpu, unsigned int cpu, u32 rounds,
				struct guestclock_tsc_row *row);
int guestclock_tsc_measure_briefly(unsigned int cpu, u32 rounds);

#endif /* GUESTCLOCK_TSC_H */
