/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_LIMITS_H
#define GUESTCLOCK_SHIM_LINUX_LIMITS_H

/* glibc's own <limits.h> asks for this file, too. */
#include_next <linux/limits.h>

#define U32_MAX	0xffffffffU
#define U64_MAX	0xffffffffffffffffULL
#define S64_MAX	0x7fffffffffffffffLL
#define S64_MIN	(-S64_MAX - 1)

#endif /* GUESTCLOCK_SHIM_LINUX_LIMITS_H */
