/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_POLL_H
#define GUESTCLOCK_POLL_H

#include <linux/types.h>

void guestclock_poll_start(unsigned int interval_ms);
void guestclock_poll_stop(void);
u64 guestclock_poll_count(void);
unsigned int guestclock_poll_interval_ms(void);

#endif /* GUESTCLOCK_POLL_H */
