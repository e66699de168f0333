// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arithmetic of pvclock pages, without the pages: it also compiles on the
 * host, where the unit tests run it.
 */

#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "pvclock_math.h"

#define MAX_SHIFT	31

/**
 * guestclock_page_is_clock() - whether multiplier and shift can be a clock's
 * @page: the page; it may come from a hostile host
 *
 * Context: Any.
 * Return: false when the clock would stand still or the shift is undefined.
 */
bool guestclock_page_is_clock(const struct guestclock_page *page)
{
	return page->tsc_to_system_mul && page->tsc_shift >= -MAX_SHIFT &&
	       page->tsc_shift <= MAX_SHIFT;
}

static u64 scale(const struct guestclock_page *page, u64 cycles)
{
	if (page->tsc_shift < 0)
		cycles >>= -page->tsc_shift;
	else
		cycles <<= page->tsc_shift;

	return mul_u64_u32_shr(cycles, page->tsc_to_system_mul, 32);
}

/**
 * guestclock_page_ns() - kvm-clock at a TSC, by one page
 * @page: the page, for which guestclock_page_is_clock() holds
 * @tsc: TSC in cycles
 *
 * The formula is pvclock's (asm/pvclock.h, __pvclock_read_cycles()), but a TSC
 * before the page's tsc_timestamp goes back from system_time: the page may be
 * read with another CPU's TSC, which may lag.
 *
 * Context: Any.
 * Return: ns.
 */
u64 guestclock_page_ns(const struct guestclock_page *page, u64 tsc)
{
	u64 cycles = tsc - page->tsc_timestamp;

	if ((s64)cycles < 0)
		return page->system_time - scale(page, -cycles);

	return page->system_time + scale(page, cycles);
}

/**
 * guestclock_page_tsc_hz() - the TSC frequency that a page implies
 * @page: the page
 *
 * 10^9 ns are shifted cycles times mul / 2^32; solved for the cycles. The
 * kernel's own pvclock_tsc_khz() does the same in kHz.
 *
 * Context: Any.
 * Return: Hz, or 0 when the page is no clock or the number does not fit.
 */
u64 guestclock_page_tsc_hz(const struct guestclock_page *page)
{
	u64 hz;

	if (!guestclock_page_is_clock(page))
		return 0;

	hz = div_u64((u64)NSEC_PER_SEC << 32, page->tsc_to_system_mul);
	if (page->tsc_shift >= 0)
		return hz >> page->tsc_shift;
	if (hz > U64_MAX >> -page->tsc_shift)
		return 0;

	return hz << -page->tsc_shift;
}

/**
 * guestclock_page_discontinuity() - how far an update moved the clock
 * @before: the page before the update
 * @after: the page after it
 *
 * Both clocks are taken at the new tsc_timestamp, where the new one has not
 * been extrapolated yet.
 *
 * Context: Any.
 * Return: new minus old in ns; forward is positive.
 */
s64 guestclock_page_discontinuity(const struct guestclock_page *before,
				  const struct guestclock_page *after)
{
	return after->system_time -
	       guestclock_page_ns(before, after->tsc_timestamp);
}
