/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_READING_H
#define GUESTCLOCK_CLOCK_READING_H

#include <linux/types.h>

#include "clocks.h"

/* The TSC, kvm-clock, hpet, acpi_pm and the host's. */
#define GUESTCLOCK_CLOCKS	5

void guestclock_clock_reading_init(void);
void guestclock_clock_reading_exit(void);
int guestclock_clock_reading(unsigned int cpu, enum guestclock_clock_moment moment,
			     u64 number, struct guestclock_clock_row *rows);

#endif /* GUESTCLOCK_CLOCK_READING_H */
