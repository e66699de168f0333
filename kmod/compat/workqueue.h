/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_WORKQUEUE_H
#define GUESTCLOCK_COMPAT_WORKQUEUE_H

#include <linux/version.h>
#include <linux/workqueue.h>

/* Until 6.17 a workqueue that did not ask to be unbound was bound to CPUs. */
#if KERNEL_VERSION(6, 17, 0) > LINUX_VERSION_CODE
#define WQ_PERCPU	0
#endif

#endif /* GUESTCLOCK_COMPAT_WORKQUEUE_H */
