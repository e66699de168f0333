/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_INJECT_H
#define GUESTCLOCK_INJECT_H

struct dentry;

#ifdef CONFIG_GUESTCLOCK_INJECT

void guestclock_inject_init(struct dentry *parent);

#else

static inline void guestclock_inject_init(struct dentry *parent)
{
}

#endif /* CONFIG_GUESTCLOCK_INJECT */

#endif /* GUESTCLOCK_INJECT_H */
