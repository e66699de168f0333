// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC, and kvm-clock, which is the TSC by the host's own parameters.
 */

#include <linux/limits.h>
#include <linux/smp.h>
#include <linux/time64.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "clock.h"
#include "observer.h"
#include "pvclock.h"

static const char *open_tsc(struct guestclock_clock *clock)
{
	if (!tsc_khz)
		return "the kernel has no TSC frequency";
	clock->hz = tsc_khz * 1000ULL;

	return NULL;
}

static const char *read_tsc(struct guestclock_bracket *bracket)
{
	bracket->value = rdtsc_ordered();
	bracket->tsc_before = bracket->value;
	bracket->tsc_after = bracket->value;

	return NULL;
}

struct guestclock_clock guestclock_clock_tsc = {
	.name = "tsc",
	.mask = U64_MAX,
	.attempts = 1,
	.open = open_tsc,
	.read = read_tsc,
};

static const char *read_kvmclock(struct guestclock_bracket *bracket)
{
	struct guestclock_page page;

	switch (guestclock_pvclock_read(smp_processor_id(), &page, &bracket->tsc_before)) {
	case GUESTCLOCK_PAGE_STATE_OK:
		break;
	case GUESTCLOCK_PAGE_STATE_ALIAS:
		return "this CPU has no pvclock page but CPU 0's";
	case GUESTCLOCK_PAGE_STATE_ABSENT:
		return "this CPU has no pvclock page";
	case GUESTCLOCK_PAGE_STATE_TORN:
		return "the host kept writing the pvclock page";
	default:
		return "the pvclock page cannot be a clock's";
	}
	bracket->value = guestclock_page_ns(&page, bracket->tsc_before);
	bracket->tsc_after = bracket->tsc_before;

	return NULL;
}

static const char *open_kvmclock(struct guestclock_clock *clock)
{
	return guestclock_pvclock_observer.state == GUESTCLOCK_OBSERVER_STATE_ABSENT ?
	       guestclock_pvclock_observer.detail : NULL;
}

struct guestclock_clock guestclock_clock_kvmclock = {
	.name = "kvm-clock",
	.mask = U64_MAX,
	.hz = NSEC_PER_SEC,
	.attempts = 1,
	.open = open_kvmclock,
	.read = read_kvmclock,
};
