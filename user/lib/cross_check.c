// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clocks against each other: from readings, each in a bracket of its own, to the
 * rate and the jumps of each pair, with bounds. Arithmetic only.
 *
 * Two readings do not tell a jump from a rate. Of several intervals most have to
 * fit one rate; what an interval has beyond that is a jump.
 */
#include "cross_check.h"

#include <math.h>
#include <string.h>

#include "array.h"

#define NS	1000000000.0

/*
 * Sound clocks differ by less: NTP slews a host's clock by no more, and the kernel's
 * watchdog allows clocks that were calibrated 488 ppm.
 */
#define SOUND_RATE	0.0005

/* A rate is not that constant; what it may wander between intervals. */
#define WANDER		0.0000002

/* More of them nobody could tell from one less. */
#define WRAPS_MAX	100000

/* Times and rates beyond this come of frequencies that no clock has. */
#define NONSENSE	1000000000000000000.0

static const char *const names[GC_CROSS_CLOCKS] = {
	[GC_CROSS_TSC] = "tsc",
	[GC_CROSS_KVM_CLOCK] = "kvm-clock",
	[GC_CROSS_HPET] = "hpet",
	[GC_CROSS_ACPI_PM] = "acpi_pm",
	[GC_CROSS_HOST] = "host",
};

/**
 * gc_cross_name() - The name of a clock.
 * @clock: the clock
 *
 * Return: its name.
 */
const char *gc_cross_name(enum gc_cross_clock clock)
{
	return names[clock];
}

/**
 * gc_cross_find() - The clock of a name.
 * @name: its name
 *
 * Return: an enum gc_cross_clock, or -1.
 */
int gc_cross_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return (int)i;
	}
	return -1;
}

/**
 * struct advance - How far a clock went between two readings.
 * @ok: whether that can be told
 * @ns: how far, by its own frequency
 * @tsc_ns: how far the TSC went between the same reads
 * @bound_ns: either read happened somewhere in its bracket, so @tsc_ns is off by up to
 *   this
 * @wraps: how often it wrapped
 */
struct advance {
	bool ok;
	double ns;
	double tsc_ns;
	double bound_ns;
	unsigned int wraps;
};

static double width(const struct gc_cross_sample *sample)
{
	return (double)(sample->after - sample->before);
}

/* By its own count, which a narrow counter has only modulo its range. */
static bool get_advance(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
			enum gc_cross_clock clock, struct advance *advance)
{
	const struct gc_cross_sample *a = &from->clock[clock], *b = &to->clock[clock];
	const struct gc_cross_sample *tsc = &from->clock[GC_CROSS_TSC];

	memset(advance, 0, sizeof(*advance));
	if (!a->ok || !b->ok || !tsc->ok || !a->hz || a->hz != b->hz || a->mask != b->mask ||
	    !tsc->hz)
		return false;
	advance->ns = (double)((b->value - a->value) & a->mask) / (double)a->hz * NS;
	/* A 64-bit count that went back. */
	if (a->mask == UINT64_MAX)
		advance->ns = (double)(int64_t)(b->value - a->value) / (double)a->hz * NS;
	if (clock == GC_CROSS_TSC) {
		advance->tsc_ns = advance->ns;
	} else {
		advance->tsc_ns = ((double)(int64_t)(b->before - a->before) +
				   (width(b) - width(a)) / 2) / (double)tsc->hz * NS;
		advance->bound_ns = (width(a) + width(b)) / 2 / (double)tsc->hz * NS +
				    NS / (double)a->hz;
	}
	advance->ok = true;
	return true;
}

static double range_ns(const struct gc_cross_sample *sample)
{
	return ((double)sample->mask + 1) / (double)sample->hz * NS;
}

static double tolerance(const struct advance *advance)
{
	return advance->bound_ns + SOUND_RATE * fabs(advance->tsc_ns);
}

/* Whether a clock cannot have wrapped in an interval in which another one may have. */
static bool is_wider(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
		     enum gc_cross_clock clock, const struct gc_cross_sample *than,
		     struct advance *advance)
{
	const struct gc_cross_sample *sample = &from->clock[clock];

	return sample->mask > than->mask && get_advance(from, to, clock, advance) &&
	       range_ns(sample) > 4 * fabs(advance->tsc_ns);
}

/*
 * How often a narrow counter wrapped: so often that it agrees with most of the
 * clocks that do not wrap. By the TSC alone a TSC that jumped would hide a wrap.
 */
static void unwrap(const struct gc_cross_reading *from, const struct gc_cross_reading *to,
		   enum gc_cross_clock clock, struct advance *advance)
{
	double range = range_ns(&from->clock[clock]), wraps, best_wraps = -1, rest;
	unsigned int agreeing, best = 0;
	struct advance wide, again;
	bool tie = false;
	size_t i, j;

	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (!is_wider(from, to, i, &from->clock[clock], &wide))
			continue;
		wraps = round((wide.ns - advance->ns) / range);
		if (wraps < 0)
			wraps = 0;
		agreeing = 0;
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			if (!is_wider(from, to, j, &from->clock[clock], &again))
				continue;
			rest = advance->ns + wraps * range - again.ns;
			/* The two were not read at the same time. */
			rest -= advance->tsc_ns - again.tsc_ns;
			agreeing += fabs(rest) <= tolerance(advance) + tolerance(&again);
		}
		if (best_wraps < 0 || agreeing > best) {
			best_wraps = wraps;
			best = agreeing;
			tie = false;
		} else if (agreeing == best) {
			tie |= fabs(wraps - best_wraps) > 0.5;
		}
	}
	if (best_wraps < 0 || best_wraps > WRAPS_MAX || tie ||
	    tolerance(advance) > range / 4) {
		advance->ok = false;
		return;
	}
	advance->ns += best_wraps * range;
	advance->wraps = (unsigned int)best_wraps;
}

static struct advance advance_of(const struct gc_cross_check *check, size_t at,
				 enum gc_cross_clock clock)
{
	const struct gc_cross_reading *from = &check->reading[at - 1], *to = &check->reading[at];
	struct advance advance;

	if (get_advance(from, to, clock, &advance) && from->clock[clock].mask != UINT64_MAX)
		unwrap(from, to, clock, &advance);
	return advance;
}

/**
 * struct difference - How much further one clock went than another, in an interval.
 * @at: index of the reading that ends it
 * @seconds: its length
 * @ns: how much
 * @bound_ns: up to this
 */
struct difference {
	size_t at;
	double seconds;
	double ns;
	double bound_ns;
};

static size_t get_differences(const struct gc_cross_check *check, enum gc_cross_clock one,
			      enum gc_cross_clock other, struct difference *difference)
{
	struct advance a, b;
	size_t at, count = 0;

	for (at = 1; at < check->count; at++) {
		a = advance_of(check, at, one);
		b = advance_of(check, at, other);
		if (!a.ok || !b.ok || fabs(a.tsc_ns) < 1 || fabs(b.tsc_ns) < 1 ||
		    fabs(a.ns) + fabs(a.tsc_ns) + a.bound_ns > NONSENSE ||
		    fabs(b.ns) + fabs(b.tsc_ns) + b.bound_ns > NONSENSE)
			continue;
		difference[count].at = at;
		difference[count].seconds = fabs(a.tsc_ns) / NS;
		difference[count].ns = (a.ns - a.tsc_ns) - (b.ns - b.tsc_ns);
		difference[count].bound_ns = a.bound_ns + b.bound_ns +
					     WANDER * fabs(a.tsc_ns);
		count++;
	}
	return count;
}

static double lowest_rate(const struct difference *difference)
{
	return (difference->ns - difference->bound_ns) / difference->seconds;
}

static double highest_rate(const struct difference *difference)
{
	return (difference->ns + difference->bound_ns) / difference->seconds;
}

/*
 * The rates, in ns per second, that fit the most intervals, as one range. Where that
 * leaves a choice the clocks go alike. Returns how many intervals they fit.
 */
static size_t find_rate(const struct difference *difference, size_t count, double *low,
			double *high)
{
	size_t i, j, fits, best = 0;
	double at, from, to;

	for (i = 0; i < 2 * count; i++) {
		at = i < count ? lowest_rate(&difference[i]) :
		     highest_rate(&difference[i - count]);
		from = -INFINITY;
		to = INFINITY;
		fits = 0;
		for (j = 0; j < count; j++) {
			if (at < lowest_rate(&difference[j]) || at > highest_rate(&difference[j]))
				continue;
			from = fmax(from, lowest_rate(&difference[j]));
			to = fmin(to, highest_rate(&difference[j]));
			fits++;
		}
		if (fits < best || (fits == best && fabs(from + to) >= fabs(*low + *high)))
			continue;
		best = fits;
		*low = from;
		*high = to;
	}
	return best;
}

/* One interval, or two that contradict each other: no more than a sound rate is one. */
static void limit_rate(double *low, double *high)
{
	const double most = SOUND_RATE * NS;

	*low = fmin(fmax(*low, -most), most);
	*high = fmin(fmax(*high, -most), most);
}

/**
 * gc_cross_compare() - Compare two clocks.
 * @check: the readings
 * @one: a clock
 * @other: another one
 * @pair: filled; with no intervals where nothing can be told
 */
void gc_cross_compare(const struct gc_cross_check *check, enum gc_cross_clock one,
		      enum gc_cross_clock other, struct gc_cross_pair *pair)
{
	struct difference difference[GC_CROSS_READINGS], *d;
	double rate, bound, jump, jump_bound, low = 0, high = 0, most = 0;
	size_t count, i;

	memset(pair, 0, sizeof(*pair));
	count = get_differences(check, one, other, difference);
	if (!count)
		return;
	if (find_rate(difference, count, &low, &high) < 2)
		limit_rate(&low, &high);
	rate = (low + high) / 2;
	bound = (high - low) / 2;
	for (i = 0; i < count; i++) {
		d = &difference[i];
		pair->seconds += d->seconds;
		jump = d->ns - rate * d->seconds;
		jump_bound = d->bound_ns + bound * d->seconds;
		if (fabs(jump) <= jump_bound)
			continue;
		pair->jump_ns += jump;
		pair->jump_bound_ns += jump_bound;
		if (fabs(jump) <= most)
			continue;
		most = fabs(jump);
		pair->jump_at = d->at;
	}
	/* Without a jump, how small one would have been seen. */
	for (i = 0; i < count && !pair->jump_at; i++)
		pair->jump_bound_ns = fmax(pair->jump_bound_ns, difference[i].bound_ns +
					   bound * difference[i].seconds);
	pair->intervals = (unsigned int)count;
	pair->rate_ppb = rate;
	pair->rate_bound_ppb = bound;
	pair->apart = fabs(pair->jump_ns) > pair->jump_bound_ns ||
		      fabs(rate) - bound > SOUND_RATE * NS;
}

/**
 * gc_cross_reads() - Tell what reading a clock was like.
 * @check: the readings
 * @clock: the clock
 * @slow: filled
 */
void gc_cross_reads(const struct gc_cross_check *check, enum gc_cross_clock clock,
		    struct gc_cross_slow *slow)
{
	const struct gc_cross_reading *reading;
	struct advance advance;
	size_t i;

	memset(slow, 0, sizeof(*slow));
	for (i = 0; i < check->count; i++) {
		reading = &check->reading[i];
		if (!reading->clock[clock].ok || !reading->clock[GC_CROSS_TSC].hz)
			continue;
		slow->widest_ns = fmax(slow->widest_ns, width(&reading->clock[clock]) /
				       (double)reading->clock[GC_CROSS_TSC].hz * NS);
		if (!i || !check->reading[i - 1].clock[clock].ok)
			continue;
		advance = advance_of(check, i, clock);
		slow->wraps += advance.wraps;
		slow->untold += !advance.ok;
	}
}
