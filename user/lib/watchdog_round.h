/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_ROUND_H
#define GUESTCLOCK_WATCHDOG_ROUND_H

#include <stdbool.h>
#include <stdint.h>

/**
 * enum gc_round_cause - What the evidence of a round says about its two clocks.
 * @GC_ROUND_UNKNOWN: there is no comparison to look at
 * @GC_ROUND_AGREES: both went as far, give or take what the kernel allows
 * @GC_ROUND_WRAPPED: the reference wrapped, once or more, between two readings: with
 *   its range added it agrees
 * @GC_ROUND_HALF_RANGE: the reference went on by more than half its range, which the
 *   kernel takes for a step back
 * @GC_ROUND_ALL_ONES: the reference was read as all ones, as a device that does not
 *   answer is
 * @GC_ROUND_STOOD_STILL: the reference shows the very same cycles as before
 * @GC_ROUND_APART: they are apart, and nothing in the round says whose fault it is
 */
enum gc_round_cause {
	GC_ROUND_UNKNOWN,
	GC_ROUND_AGREES,
	GC_ROUND_WRAPPED,
	GC_ROUND_HALF_RANGE,
	GC_ROUND_ALL_ONES,
	GC_ROUND_STOOD_STILL,
	GC_ROUND_APART,
};

/**
 * struct gc_round - What a round of the kernel's watchdog read.
 * @reference: name of the reference
 * @wd_last: the reference before, in its cycles
 * @wd_now: the reference now
 * @wd_mask: it counts modulo this plus one
 * @wd_ns: how far it went, as the kernel has it
 * @cs_ns: how far the watched clock went
 */
struct gc_round {
	const char *reference;
	uint64_t wd_last;
	uint64_t wd_now;
	uint64_t wd_mask;
	uint64_t wd_ns;
	uint64_t cs_ns;
};

/**
 * struct gc_round_verdict - What it was.
 * @cause: what the evidence says
 * @wraps: with GC_ROUND_WRAPPED, how often
 * @range_ns: in how long the reference wraps, 0 where that is not known
 * @wd_ns: how far the reference really went, as far as its cycles tell
 */
struct gc_round_verdict {
	enum gc_round_cause cause;
	uint64_t wraps;
	uint64_t range_ns;
	uint64_t wd_ns;
};

void gc_round_judge(const struct gc_round *round, struct gc_round_verdict *verdict);

#endif /* GUESTCLOCK_WATCHDOG_ROUND_H */
