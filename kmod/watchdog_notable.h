/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_NOTABLE_H
#define GUESTCLOCK_WATCHDOG_NOTABLE_H

#include <linux/types.h>

struct guestclock_round_evidence;

void guestclock_notable_init(u32 late_ms, bool all);
s64 guestclock_timer_slack_ns(s64 timeout_ns);
bool guestclock_notable_late(s64 late_ns);
bool guestclock_notable(const struct guestclock_round_evidence *evidence,
			s64 late_ns, unsigned int position, u64 now_ns,
			bool *begins_trouble);
u32 guestclock_notable_late_ms(void);
bool guestclock_notable_all(void);

#endif /* GUESTCLOCK_WATCHDOG_NOTABLE_H */
