/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_MATH64_H
#define GUESTCLOCK_SHIM_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div64_u64_round_up(u64 dividend, u64 divisor)
{
	return (dividend + divisor - 1) / divisor;
}

#define DIV64_U64_ROUND_UP(dividend, divisor)	div64_u64_round_up(dividend, divisor)

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	return (u64)(((__uint128_t)a * mul) >> shift);
}

#endif /* GUESTCLOCK_SHIM_LINUX_MATH64_H */
