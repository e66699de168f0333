/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_PROBE_H
#define GUESTCLOCK_WATCHDOG_PROBE_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct guestclock_watchdog_source;

#if IS_ENABLED(CONFIG_KRETPROBES)

#define GUESTCLOCK_WATCHDOG_PROBES	3

int guestclock_watchdog_probe_init(bool wanted);
void guestclock_watchdog_probe_exit(void);
bool guestclock_watchdog_probe_at(unsigned int index,
				  struct guestclock_watchdog_source *source);

#else

#define GUESTCLOCK_WATCHDOG_PROBES	0

static inline int guestclock_watchdog_probe_init(bool wanted)
{
	return -EOPNOTSUPP;
}

static inline void guestclock_watchdog_probe_exit(void)
{
}

static inline bool
guestclock_watchdog_probe_at(unsigned int index,
			     struct guestclock_watchdog_source *source)
{
	return false;
}

#endif /* CONFIG_KRETPROBES */

#endif /* GUESTCLOCK_WATCHDOG_PROBE_H */
