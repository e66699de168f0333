/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_COMPILER_H
#define GUESTCLOCK_SHIM_LINUX_COMPILER_H

#define barrier()	__asm__ volatile("" : : : "memory")

#endif /* GUESTCLOCK_SHIM_LINUX_COMPILER_H */
