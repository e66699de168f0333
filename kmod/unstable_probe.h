/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNSTABLE_PROBE_H
#define GUESTCLOCK_UNSTABLE_PROBE_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct guestclock_watchdog_source;

#if IS_ENABLED(CONFIG_KPROBES)

#define GUESTCLOCK_UNSTABLE_PROBES	2

int guestclock_unstable_probe_init(bool wanted);
void guestclock_unstable_probe_exit(void);
bool guestclock_unstable_probe_armed(void);
bool guestclock_unstable_probe_at(unsigned int index,
				  struct guestclock_watchdog_source *source);

#else

#define GUESTCLOCK_UNSTABLE_PROBES	0

static inline int guestclock_unstable_probe_init(bool wanted)
{
	return -EOPNOTSUPP;
}

static inline void guestclock_unstable_probe_exit(void)
{
}

static inline bool guestclock_unstable_probe_armed(void)
{
	return false;
}

static inline bool
guestclock_unstable_probe_at(unsigned int index,
			     struct guestclock_watchdog_source *source)
{
	return false;
}

#endif /* CONFIG_KPROBES */

#endif /* GUESTCLOCK_UNSTABLE_PROBE_H */
