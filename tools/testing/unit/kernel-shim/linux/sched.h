/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_SCHED_H
#define GUESTCLOCK_SHIM_LINUX_SCHED_H

#define cond_resched()	((void)0)

#endif /* GUESTCLOCK_SHIM_LINUX_SCHED_H */
