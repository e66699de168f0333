/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DEBUGFS_H
#define GUESTCLOCK_DEBUGFS_H

#include <linux/kconfig.h>

struct file_operations;

/* Reading and nothing else: any other mode is refused under lockdown. */
#define GUESTCLOCK_DEBUGFS_MODE	0400

#if IS_ENABLED(CONFIG_DEBUG_FS)

void guestclock_debugfs_init(void);
void guestclock_debugfs_exit(void);

extern const struct file_operations guestclock_events_fops;

#else

static inline void guestclock_debugfs_init(void)
{
}

static inline void guestclock_debugfs_exit(void)
{
}

#endif /* CONFIG_DEBUG_FS */

#endif /* GUESTCLOCK_DEBUGFS_H */
