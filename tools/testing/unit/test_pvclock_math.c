// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arithmetic of pvclock pages against exact arithmetic in 128 bits.
 */

#include <stdlib.h>

#include "pvclock_math.h"
#include "tap.h"

#define TRIALS	100000

/* A page of a real guest: 2.5961 GHz, kvm-clock at 354 ms. */
static const struct guestclock_page real_page = {
	.version = 6,
	.tsc_timestamp = 1409765630,
	.system_time = 354723717,
	.tsc_to_system_mul = 3308784173U,
	.tsc_shift = -1,
	.flags = 1,
};

static u64 random_u64(void)
{
	return (u64)mrand48() << 32 ^ (u64)mrand48();
}

static u64 exact_ns(const struct guestclock_page *page, u64 cycles)
{
	if (page->tsc_shift < 0)
		cycles >>= -page->tsc_shift;
	else
		cycles <<= page->tsc_shift;

	return (u64)((__uint128_t)cycles * page->tsc_to_system_mul >> 32);
}

static void test_ns(struct tap *tap)
{
	struct guestclock_page page = real_page;
	unsigned int wrong = 0;
	u64 cycles;
	int i;

	for (i = 0; i < TRIALS; i++) {
		page.tsc_timestamp = random_u64() >> 1;
		page.system_time = random_u64() >> 2;
		page.tsc_to_system_mul = (u32)random_u64() | 1U << 31;
		page.tsc_shift = (s8)(random_u64() % 9) - 4;
		cycles = random_u64() >> 20;
		if (guestclock_page_ns(&page, page.tsc_timestamp + cycles) !=
		    page.system_time + exact_ns(&page, cycles))
			wrong++;
		if (guestclock_page_ns(&page, page.tsc_timestamp - cycles) !=
		    page.system_time - exact_ns(&page, cycles))
			wrong++;
	}
	tap_case(tap, !wrong, "kvm-clock after and before tsc_timestamp is exact");
	tap_case(tap, guestclock_page_ns(&real_page, real_page.tsc_timestamp) ==
		 real_page.system_time, "kvm-clock at tsc_timestamp is system_time");
	tap_case(tap, guestclock_page_ns(&real_page, 20623146195ULL) == 7755586766ULL,
		 "kvm-clock of a real page is what the guest showed");
}

static void test_hz(struct tap *tap)
{
	struct guestclock_page page = real_page;

	tap_case(tap, guestclock_page_tsc_hz(&page) == 2596100000ULL,
		 "frequency of a real page");
	page.tsc_to_system_mul = 1U << 31;
	page.tsc_shift = 1;
	tap_case(tap, guestclock_page_tsc_hz(&page) == 1000000000ULL,
		 "frequency of a left shift");
	page.tsc_to_system_mul = 1;
	page.tsc_shift = -31;
	tap_case(tap, guestclock_page_tsc_hz(&page) == 0,
		 "a frequency that does not fit is none");
}

static void test_is_clock(struct tap *tap)
{
	struct guestclock_page page = real_page;

	tap_case(tap, guestclock_page_is_clock(&page), "a real page is a clock");
	page.tsc_to_system_mul = 0;
	tap_case(tap, !guestclock_page_is_clock(&page), "multiplier 0 is no clock");
	page = real_page;
	page.tsc_shift = 32;
	tap_case(tap, !guestclock_page_is_clock(&page), "shift 32 is no clock");
	page.tsc_shift = -32;
	tap_case(tap, !guestclock_page_is_clock(&page), "shift -32 is no clock");
	page.tsc_shift = -31;
	tap_case(tap, guestclock_page_is_clock(&page), "shift -31 is a clock");
	tap_case(tap, guestclock_page_ns(&page, page.tsc_timestamp + (1ULL << 31) - 1) ==
		 page.system_time, "the widest right shift leaves no ns of 2^31 - 1 cycles");
}

static void test_discontinuity(struct tap *tap)
{
	struct guestclock_page before = real_page, after = real_page;
	s64 paused = 3000000000LL;

	after.version += 2;
	after.tsc_timestamp += 10 * 2596100000ULL;
	after.system_time = guestclock_page_ns(&before, after.tsc_timestamp);
	tap_case(tap, guestclock_page_discontinuity(&before, &after) == 0,
		 "a refresh that goes on is no discontinuity");
	after.system_time -= paused;
	tap_case(tap, guestclock_page_discontinuity(&before, &after) == -paused,
		 "a clock that stood still for 3 s has -3 s");
	after.system_time += paused + 70;
	tap_case(tap, guestclock_page_discontinuity(&before, &after) == 70,
		 "forward is positive");
	after = before;
	after.tsc_timestamp -= 1000;
	after.system_time = guestclock_page_ns(&before, after.tsc_timestamp);
	tap_case(tap, guestclock_page_discontinuity(&before, &after) == 0,
		 "a tsc_timestamp that goes back is extrapolated backwards");
}

int main(void)
{
	struct tap tap = { 0 };

	srand48(1);
	test_ns(&tap);
	test_hz(&tap);
	test_is_clock(&tap);
	test_discontinuity(&tap);

	return tap_end(&tap);
}
