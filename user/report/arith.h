/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_ARITH_H
#define GUESTCLOCK_ARITH_H

#include <stdint.h>

/* A recording may say anything, so sums stop at the ends instead of wrapping. */

/**
 * gc_add() - Add two numbers, stopping at the ends of the range.
 * @one: a number
 * @other: another one
 *
 * Return: the sum.
 */
static inline int64_t gc_add(int64_t one, int64_t other)
{
	int64_t sum;

	if (!__builtin_add_overflow(one, other, &sum))
		return sum;
	return other < 0 ? INT64_MIN : INT64_MAX;
}

/**
 * gc_subtract() - Subtract two numbers, stopping at the ends of the range.
 * @one: a number
 * @other: what is taken from it
 *
 * Return: the difference.
 */
static inline int64_t gc_subtract(int64_t one, int64_t other)
{
	int64_t difference;

	if (!__builtin_sub_overflow(one, other, &difference))
		return difference;
	return other < 0 ? INT64_MAX : INT64_MIN;
}

/**
 * gc_magnitude() - A number without its sign.
 * @number: the number
 *
 * Return: its magnitude, at most INT64_MAX.
 */
static inline int64_t gc_magnitude(int64_t number)
{
	return number < 0 ? gc_subtract(0, number) : number;
}

#endif /* GUESTCLOCK_ARITH_H */
