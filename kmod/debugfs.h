/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DEBUGFS_H
#define GUESTCLOCK_DEBUGFS_H

#include <linux/kconfig.h>
#include <linux/types.h>

struct guestclock_observer;
struct seq_file;

#if IS_ENABLED(CONFIG_DEBUG_FS)

void guestclock_debugfs_init(void);
void guestclock_debugfs_exit(void);
int guestclock_debugfs_events_show(struct seq_file *file, void *unused);
void guestclock_debugfs_rounds(struct seq_file *file);
int guestclock_debugfs_tsc_show(struct seq_file *file, void *unused);
void guestclock_debugfs_put_sweeps(struct seq_file *file);
bool guestclock_debugfs_head(struct seq_file *file,
			     const struct guestclock_observer *observer,
			     const char *const *columns);

#else

static inline void guestclock_debugfs_init(void)
{
}

static inline void guestclock_debugfs_exit(void)
{
}

#endif /* CONFIG_DEBUG_FS */

#endif /* GUESTCLOCK_DEBUGFS_H */
