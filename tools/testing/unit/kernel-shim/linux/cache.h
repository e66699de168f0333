/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_CACHE_H
#define GUESTCLOCK_SHIM_LINUX_CACHE_H

#define ____cacheline_aligned	__attribute__((aligned(64)))

#endif /* GUESTCLOCK_SHIM_LINUX_CACHE_H */
