/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_TYPES_H
#define GUESTCLOCK_SHIM_LINUX_TYPES_H

/* What the module's pure arithmetic needs of the kernel's types on the host. */

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef int8_t s8;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;

#endif /* GUESTCLOCK_SHIM_LINUX_TYPES_H */
