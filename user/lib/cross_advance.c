// SPDX-License-Identifier: GPL-2.0-only
/* How far a clock went between two readings, where a narrow counter wraps. */
#include "cross_advance.h"

#include <math.h>
#include <string.h>

/* More of them nobody could tell from one less. */
#define WRAPS_MAX	100000

/**
 * gc_cross_width() - How long a reading may have taken.
 * @sample: the reading
 *
 * Return: the width of its bracket, in cycles of the TSC.
 */
double gc_cross_width(const struct gc_cross_sample *sample)
{
	return (double)(sample->after - sample->before);
}

/* By its own count, which a narrow counter has only modulo its range. */
static bool get_advance(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
			enum gc_cross_clock clock, struct gc_cross_advance *advance)
{
	const struct gc_cross_sample *a = &from->clock[clock], *b = &to->clock[clock];
	const struct gc_cross_sample *tsc = &from->clock[GC_CROSS_TSC];
	double ns, tsc_ns;

	memset(advance, 0, sizeof(*advance));
	if (!a->ok || !b->ok || !tsc->ok || !a->hz || a->hz != b->hz || a->mask != b->mask ||
	    !tsc->hz)
		return false;
	/* Of one cycle. */
	ns = GC_CROSS_NS / (double)a->hz;
	advance->ns = (double)((b->value - a->value) & a->mask) * ns;
	/* A 64-bit count that went back. */
	if (a->mask == UINT64_MAX)
		advance->ns = (double)(int64_t)(b->value - a->value) * ns;
	if (clock == GC_CROSS_TSC) {
		advance->tsc_ns = advance->ns;
	} else {
		tsc_ns = GC_CROSS_NS / (double)tsc->hz;
		advance->tsc_ns = ((double)(int64_t)(b->before - a->before) +
				   (gc_cross_width(b) - gc_cross_width(a)) / 2) * tsc_ns;
		advance->bound_ns = (gc_cross_width(a) + gc_cross_width(b)) / 2 * tsc_ns + ns;
	}
	advance->ok = true;
	return true;
}

static double range_ns(const struct gc_cross_sample *sample)
{
	return ((double)sample->mask + 1) / (double)sample->hz * GC_CROSS_NS;
}

static double tolerance(const struct gc_cross_advance *advance)
{
	return advance->bound_ns + GC_CROSS_SOUND_RATE * fabs(advance->tsc_ns);
}

/* Whether a clock cannot have wrapped in an interval in which another one may have. */
static bool is_wider(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
		     enum gc_cross_clock clock, const struct gc_cross_sample *than,
		     struct gc_cross_advance *advance)
{
	const struct gc_cross_sample *sample = &from->clock[clock];

	return sample->mask > than->mask && get_advance(from, to, clock, advance) &&
	       range_ns(sample) > 4 * fabs(advance->tsc_ns);
}

/* With how many clocks that do not wrap it agrees when it wrapped so often. */
static unsigned int count_agreeing(const struct gc_cross_reading *from,
				   const struct gc_cross_reading *to, enum gc_cross_clock clock,
				   const struct gc_cross_advance *advance, double wraps_ns)
{
	struct gc_cross_advance wide;
	unsigned int agreeing = 0;
	double rest;
	size_t i;

	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (!is_wider(from, to, i, &from->clock[clock], &wide))
			continue;
		rest = advance->ns + wraps_ns - wide.ns;
		/* The two were not read at the same time. */
		rest -= advance->tsc_ns - wide.tsc_ns;
		agreeing += fabs(rest) <= tolerance(advance) + tolerance(&wide);
	}
	return agreeing;
}

/*
 * How often a narrow counter wrapped, -1 when it went back: so often that it agrees with
 * most of the clocks that do not wrap. By the TSC alone a TSC that jumped would hide a
 * wrap.
 */
static void unwrap(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
		   enum gc_cross_clock clock, struct gc_cross_advance *advance)
{
	double range = range_ns(&from->clock[clock]), wraps, best_wraps = 0;
	bool found = false, tie = false;
	struct gc_cross_advance wide;
	unsigned int agreeing, best = 0;
	size_t i;

	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (!is_wider(from, to, i, &from->clock[clock], &wide))
			continue;
		wraps = fmax(round((wide.ns - advance->ns) / range), -1);
		agreeing = count_agreeing(from, to, clock, advance, wraps * range);
		if (!found || agreeing > best) {
			best_wraps = wraps;
			best = agreeing;
			tie = false;
			found = true;
		} else if (agreeing == best) {
			tie |= fabs(wraps - best_wraps) > 0.5;
		}
	}
	if (!found || best_wraps > WRAPS_MAX || tie || tolerance(advance) > range / 4) {
		advance->ok = false;
		return;
	}
	advance->ns += best_wraps * range;
	if (!best)
		advance->range_ns = range;
	else if (best_wraps > 0)
		advance->wraps = (unsigned int)best_wraps;
}

/**
 * gc_cross_advance() - Tell how far a clock went between a reading and the one before.
 * @check: the readings
 * @at: index of the reading, not the first
 * @clock: the clock
 *
 * Return: how far it went.
 */
struct gc_cross_advance gc_cross_advance(const struct gc_cross_check *check, size_t at,
					 enum gc_cross_clock clock)
{
	const struct gc_cross_reading *from = &check->reading[at - 1], *to = &check->reading[at];
	struct gc_cross_advance advance;

	if (get_advance(from, to, clock, &advance) && from->clock[clock].mask != UINT64_MAX)
		unwrap(from, to, clock, &advance);
	return advance;
}
