/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DEBUGFS_H
#define GUESTCLOCK_DEBUGFS_H

#include <linux/kconfig.h>

struct seq_file;

#if IS_ENABLED(CONFIG_DEBUG_FS)

void guestclock_debugfs_init(void);
void guestclock_debugfs_exit(void);
int guestclock_debugfs_events_show(struct seq_file *file, void *unused);
void guestclock_debugfs_rounds(struct seq_file *file);

#else

static inline void guestclock_debugfs_init(void)
{
}

static inline void guestclock_debugfs_exit(void)
{
}

#endif /* CONFIG_DEBUG_FS */

#endif /* GUESTCLOCK_DEBUGFS_H */
