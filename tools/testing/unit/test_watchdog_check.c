// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's watchdog does with a clocksource, from the conversions that it
 * asks for, in the order of its sources (kernel/time/clocksource.c of 6.1, 6.12
 * and 7.3). Cycles are ns here.
 */

#include "tap.h"
#include "watchdog_check.h"

#define US	1000ULL
#define MS	1000000ULL
#define ROUND	(500 * MS)

static const struct guestclock_watchdog_rules six = {
	.pauses = true,
	.window_limit_ns = 100 * US,
	.interval_limit_ns = 1000 * MS,
};

static const struct guestclock_watchdog_rules seven = {
	.window_limit_ns = 50 * US,
	.interval_limit_ns = 10000 * MS,
	.skew_shift = 8,
};

static const char reference, tsc;

/**
 * struct round - a round as its probes see it
 * @rules: of the kernel
 * @check: the check under way
 * @finished: checks that were over before the last one began
 * @first: the result of the first of these
 */
struct round {
	const struct guestclock_watchdog_rules *rules;
	struct guestclock_watchdog_check check;
	unsigned int finished;
	enum guestclock_watchdog_result first;
};

static void convert(struct round *round, const void *clock, u64 start, u64 end)
{
	struct guestclock_watchdog_call call = { clock, start, end, end - start };

	if (!guestclock_watchdog_check_goes_on(&round->check, &call, round->rules)) {
		if (!round->finished++)
			round->first = guestclock_watchdog_check_result(&round->check,
									round->rules, false);
		round->check = (struct guestclock_watchdog_check){ 0 };
	}
	guestclock_watchdog_check_add(&round->check, &call);
}

static enum guestclock_watchdog_result result(const struct round *round, bool marked)
{
	return guestclock_watchdog_check_result(&round->check, round->rules, marked);
}

static void window(struct round *round, u64 at, u64 width)
{
	convert(round, &reference, at, at + width);
}

static void intervals(struct round *round, u64 at, u64 wd, u64 cs)
{
	convert(round, &reference, at - wd, at);
	convert(round, &tsc, 77, 77 + cs);
}

static void test_passed(struct tap *tap)
{
	struct round round = { .rules = &six };

	window(&round, 9 * ROUND, 5 * US);
	intervals(&round, 9 * ROUND, ROUND, ROUND + 7);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 !round.finished && round.check.attempts == 1 &&
		 round.check.window.ns == 5 * US && round.check.cs.clock == &tsc &&
		 round.check.wd.ns == ROUND && round.check.cs.ns == ROUND + 7,
		 "a round that passes, and what it consists of");

	round = (struct round){ .rules = &seven };
	window(&round, 9 * ROUND, 60 * US);
	window(&round, 9 * ROUND + 80 * US, 20 * US);
	intervals(&round, 9 * ROUND + 80 * US, ROUND, ROUND);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 round.check.attempts == 2 && round.check.window.ns == 20 * US &&
		 !round.finished, "the second reading is short enough (7.x)");

	round = (struct round){ .rules = &six };
	window(&round, 9 * ROUND, 150 * US);
	convert(&round, &reference, 9 * ROUND + 150 * US, 9 * ROUND + 160 * US);
	window(&round, 9 * ROUND + 300 * US, 20 * US);
	intervals(&round, 9 * ROUND + 300 * US, ROUND, ROUND);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 round.check.attempts == 2 && round.check.readback_ns == 10 * US &&
		 !round.finished, "the same with two readings in a row between (6.x)");
}

static void test_standing_still(struct tap *tap)
{
	struct round round = { .rules = &six };

	window(&round, 9 * ROUND, 0);
	intervals(&round, 9 * ROUND, 0, ROUND);
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_SKEWED &&
		 round.check.wd.ns == 0 && round.check.cs.ns == ROUND &&
		 !round.check.readback_ns, "a reference that stands still");
}

static void test_not_compared(struct tap *tap)
{
	struct round round = { .rules = &six };

	window(&round, ROUND, 5 * US);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_RESET,
		 "only a reading: a reset");

	round = (struct round){ .rules = &six };
	window(&round, ROUND, 5 * US);
	intervals(&round, ROUND, 1500 * MS, 1500 * MS);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_LONG_INTERVAL,
		 "an interval that 6.x does not judge");
	round.rules = &seven;
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED,
		 "7.x does");

	round = (struct round){ .rules = &seven };
	window(&round, 99 * ROUND, 5 * US);
	intervals(&round, 99 * ROUND, 12000 * MS, 12000 * MS);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_RESET,
		 "but not where a clock may have wrapped");
}

static void test_slow_reference(struct tap *tap)
{
	struct round round = { .rules = &six };

	window(&round, ROUND, 150 * US);
	convert(&round, &reference, ROUND + 150 * US, ROUND + 290 * US);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_SKIPPED &&
		 round.check.readback_ns == 140 * US,
		 "two slow readings in a row pause the watchdog of 6.x");

	round = (struct round){ .rules = &six };
	window(&round, ROUND, 150 * US);
	convert(&round, &reference, ROUND + 150 * US, ROUND + 160 * US);
	window(&round, ROUND + 200 * US, 150 * US);
	convert(&round, &reference, ROUND + 350 * US, ROUND + 360 * US);
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE &&
		 round.check.attempts == 2 && !round.finished,
		 "a clocksource that is slow to read is marked by 6.x");

	round = (struct round){ .rules = &seven };
	window(&round, ROUND, 60 * US);
	window(&round, ROUND + 100 * US, 70 * US);
	window(&round, ROUND + 200 * US, 80 * US);
	tap_case(tap, result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT &&
		 round.check.attempts == 3 && round.check.window.ns == 80 * US &&
		 !round.finished, "three slow readings are a time-out of 7.x");
}

static void test_marks(struct tap *tap)
{
	struct round round = { .rules = &seven };

	/* 7.3, a pause of three seconds: the intervals that it printed. */
	window(&round, 9 * ROUND, 5 * US);
	intervals(&round, 9 * ROUND, 511860723, 3463955244);
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_SKEWED,
		 "intervals far apart, and a mark");

	round = (struct round){ .rules = &seven };
	window(&round, 9 * ROUND, 5 * US);
	intervals(&round, 9 * ROUND, ROUND, ROUND + 100);
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED,
		 "intervals alike, and a mark: the test between two CPUs of 7.x");
	round.rules = &six;
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_SKEWED,
		 "6.x has no such test");

	/* The limit is a 256th of the longer interval and the readout window. */
	round = (struct round){ .rules = &seven };
	window(&round, 9 * ROUND, 5 * US);
	intervals(&round, 9 * ROUND, 256 * MS, 255 * MS - 5 * US);
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_SKEWED,
		 "at the limit of 7.x");
	round.check.cs.ns++;
	tap_case(tap, result(&round, true) == GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED,
		 "within the limit of 7.x");
}

static void test_two_clocksources(struct tap *tap)
{
	struct round round = { .rules = &seven };

	window(&round, 9 * ROUND, 5 * US);
	intervals(&round, 9 * ROUND, ROUND, ROUND);
	window(&round, 9 * ROUND + 20 * US, 5 * US);
	intervals(&round, 9 * ROUND + 20 * US, ROUND, ROUND);
	tap_case(tap, round.finished == 1 &&
		 round.first == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 round.check.attempts == 1, "two clocksources, one after the other");

	round = (struct round){ .rules = &seven };
	window(&round, 9 * ROUND, 5 * US);
	window(&round, 9 * ROUND + 20 * US, 5 * US);
	intervals(&round, 9 * ROUND + 20 * US, ROUND, ROUND);
	tap_case(tap, round.finished == 1 &&
		 round.first == GUESTCLOCK_WATCHDOG_RESULT_RESET &&
		 result(&round, false) == GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
		 round.check.attempts == 1, "the first of two is new");
}

int main(void)
{
	struct tap tap = { 0 };

	test_passed(&tap);
	test_standing_still(&tap);
	test_not_compared(&tap);
	test_slow_reference(&tap);
	test_marks(&tap);
	test_two_clocksources(&tap);

	return tap_end(&tap);
}
