// SPDX-License-Identifier: GPL-2.0-only
/* Which of the two clocks of a watchdog's round went wrong, from its raw cycles. */
#include "watchdog_round.h"

#include <math.h>
#include <string.h>

#define NS	1000000000.0

/* The one reference whose frequency is the same in every machine. */
#define ACPI_PM_HZ	3579545.0

/* No reference takes as long as this to wrap. */
#define NONSENSE	1000000000000000000.0

/* What the kernel lets pass, about: 0.5 ms, and 488 ppm where a clock is calibrated. */
#define ALLOWED_NS	500000.0
#define ALLOWED_SHARE	(1.0 / 2048)

static uint64_t cycles_of(const struct gc_round *round)
{
	return (round->wd_now - round->wd_last) & round->wd_mask;
}

/* From the kernel's own conversion, unless that is of no use. */
static double frequency(const struct gc_round *round)
{
	if (!strcmp(round->reference, "acpi_pm"))
		return ACPI_PM_HZ;
	if (!round->wd_ns)
		return 0;
	return (double)cycles_of(round) / ((double)round->wd_ns / NS);
}

static bool agrees(double reference_ns, double watched_ns)
{
	return fabs(watched_ns - reference_ns) <= ALLOWED_NS + ALLOWED_SHARE * watched_ns;
}

/* So many that, with what is allowed added up, it could not be any number. */
static bool find_wraps(double reference_ns, double watched_ns, double range_ns, double *wraps)
{
	*wraps = round((watched_ns - reference_ns) / range_ns);
	return *wraps >= 1 && agrees(reference_ns + *wraps * range_ns, watched_ns) &&
	       ALLOWED_NS + ALLOWED_SHARE * watched_ns < range_ns / 8;
}

/**
 * gc_round_judge() - Judge a round in which the watched clock was compared.
 * @round: what was read
 * @verdict: filled
 */
void gc_round_judge(const struct gc_round *round, struct gc_round_verdict *verdict)
{
	double hz = frequency(round), reference_ns, watched_ns = (double)round->cs_ns;
	double range_ns = 0, wraps;

	memset(verdict, 0, sizeof(*verdict));
	verdict->wd_ns = round->wd_ns;
	verdict->cause = GC_ROUND_APART;
	reference_ns = (double)round->wd_ns;
	if (hz > 0 && round->wd_mask != UINT64_MAX) {
		range_ns = ((double)round->wd_mask + 1) / hz * NS;
		reference_ns = (double)cycles_of(round) / hz * NS;
		if (range_ns < NONSENSE) {
			verdict->range_ns = (uint64_t)range_ns;
			verdict->wd_ns = (uint64_t)reference_ns;
		}
	}

	if (round->wd_now == round->wd_mask && round->wd_now != round->wd_last)
		verdict->cause = GC_ROUND_ALL_ONES;
	else if (round->wd_now == round->wd_last && round->cs_ns)
		verdict->cause = GC_ROUND_STOOD_STILL;
	else if (!round->wd_ns && round->wd_mask != UINT64_MAX &&
		 cycles_of(round) > round->wd_mask / 2)
		verdict->cause = GC_ROUND_HALF_RANGE;
	else if (agrees(reference_ns, watched_ns))
		verdict->cause = GC_ROUND_AGREES;
	if (verdict->cause == GC_ROUND_AGREES || verdict->cause == GC_ROUND_ALL_ONES || !range_ns ||
	    !find_wraps(reference_ns, watched_ns, range_ns, &wraps))
		return;
	verdict->cause = GC_ROUND_WRAPPED;
	verdict->wraps = (uint64_t)wraps;
}
