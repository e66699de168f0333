/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_PINGPONG_H
#define GUESTCLOCK_TSC_PINGPONG_H

#include "tsc_adjust.h"
#include "tsc_burst.h"

int guestclock_tsc_pingpong_init(void);
void guestclock_tsc_pingpong_exit(void);
unsigned int guestclock_tsc_pingpong_ms(bool thorough);
void guestclock_tsc_pingpong(unsigned int cpu, struct guestclock_tsc_game *game,
			     bool thorough, struct guestclock_tsc_adjust *adjust);

#endif /* GUESTCLOCK_TSC_PINGPONG_H */
