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
#include "cross_advance.h"

/* A rate is not that constant; what it may wander between intervals. */
#define WANDER		0.0000002

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
 * gc_cross_source() - Where a clock comes from.
 * @clock: the clock
 *
 * kvm-clock derives from the TSC, hpet and acpi_pm are both the VMM's virtual clock,
 * and the host's clock is a third.
 *
 * Return: a number below GC_CROSS_SOURCES.
 */
unsigned int gc_cross_source(enum gc_cross_clock clock)
{
	static const unsigned int source_of[GC_CROSS_CLOCKS] = {
		[GC_CROSS_TSC] = 0,
		[GC_CROSS_KVM_CLOCK] = 0,
		[GC_CROSS_HPET] = 1,
		[GC_CROSS_ACPI_PM] = 1,
		[GC_CROSS_HOST] = 2,
	};

	return source_of[clock];
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

/*
 * NTP slews the host's clock, and those of the VMM with it, now at this rate and now at
 * that; the TSC and kvm-clock it does not. What that may make of an interval.
 */
static double slewing(enum gc_cross_clock one, enum gc_cross_clock other, double seconds)
{
	if (gc_cross_source(one) == gc_cross_source(other))
		return 0;
	return GC_CROSS_SOUND_RATE * GC_CROSS_NS * seconds;
}

/**
 * struct difference - How much further one clock went than another, in an interval.
 * @at: index of the reading that ends it
 * @seconds: its length
 * @ns: how much
 * @bound_ns: up to this
 * @slewing_ns: what another rate in it may add
 * @range_ns: that, give or take whole numbers of this
 */
struct difference {
	size_t at;
	double seconds;
	double ns;
	double bound_ns;
	double slewing_ns;
	double range_ns;
};

static size_t get_differences(const struct gc_cross_check *check, enum gc_cross_clock one,
			      enum gc_cross_clock other, struct difference *difference)
{
	struct gc_cross_advance a, b;
	size_t at, count = 0;

	for (at = 1; at < check->count; at++) {
		a = gc_cross_advance(check, at, one);
		b = gc_cross_advance(check, at, other);
		if (!a.ok || !b.ok || fabs(a.tsc_ns) < 1 || fabs(b.tsc_ns) < 1 ||
		    fabs(a.ns) + fabs(a.tsc_ns) + a.bound_ns > NONSENSE ||
		    fabs(b.ns) + fabs(b.tsc_ns) + b.bound_ns > NONSENSE)
			continue;
		difference[count].at = at;
		difference[count].seconds = fabs(a.tsc_ns) / GC_CROSS_NS;
		difference[count].ns = (a.ns - a.tsc_ns) - (b.ns - b.tsc_ns);
		difference[count].bound_ns = a.bound_ns + b.bound_ns +
					     WANDER * fabs(a.tsc_ns);
		difference[count].slewing_ns =
			slewing(one, other, difference[count].seconds);
		difference[count].range_ns = fmax(a.range_ns, b.range_ns);
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
	const double most = GC_CROSS_SOUND_RATE * GC_CROSS_NS;

	*low = fmin(fmax(*low, -most), most);
	*high = fmin(fmax(*high, -most), most);
}

/**
 * struct sum - What all jumps of a pair come to.
 * @ns: how far one clock went further in all of them
 * @bound_ns: up to this
 */
struct sum {
	double ns;
	double bound_ns;
};

/* What intervals have beyond one rate. */
static void find_jumps(const struct difference *difference, size_t count,
		       struct gc_cross_pair *pair, struct sum *sum)
{
	double jump, bound;
	size_t i;

	for (i = 0; i < count; i++) {
		jump = difference[i].ns - pair->rate_ppb * difference[i].seconds;
		bound = difference[i].bound_ns + pair->rate_bound_ppb * difference[i].seconds;
		if (fabs(jump) > bound) {
			pair->stray_ns = fmax(pair->stray_ns, fabs(jump));
			sum->ns += jump;
			sum->bound_ns += bound;
		}
		bound += difference[i].slewing_ns;
		if (!pair->jumps)
			pair->jump_bound_ns = fmax(pair->jump_bound_ns, bound);
		if (fabs(jump) <= bound)
			continue;
		pair->jumps++;
		if (fabs(jump) <= fabs(pair->jump_ns))
			continue;
		pair->jump_ns = jump;
		pair->jump_bound_ns = bound;
		pair->jump_at = difference[i].at;
		pair->range_ns = difference[i].range_ns;
	}
}

static bool strays(const struct gc_cross_check *check, enum gc_cross_clock one,
		   enum gc_cross_clock other)
{
	struct gc_cross_pair pair;

	gc_cross_compare(check, one, other, &pair);
	return pair.stray_ns > 0;
}

/*
 * The TSC is what both were read by. Where it jumps after the one was read and before
 * the other, that shows in both intervals of the reading, there and back.
 */
static bool is_jump_of_tsc(const struct gc_cross_check *check, enum gc_cross_clock one,
			   enum gc_cross_clock other, const struct sum *sum)
{
	return one != GC_CROSS_TSC && other != GC_CROSS_TSC && fabs(sum->ns) <= sum->bound_ns &&
	       strays(check, GC_CROSS_TSC, one) && strays(check, GC_CROSS_TSC, other);
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
	struct difference difference[GC_CROSS_READINGS];
	double low = 0, high = 0;
	struct sum sum = { 0 };
	size_t count, i;

	memset(pair, 0, sizeof(*pair));
	count = get_differences(check, one, other, difference);
	if (!count)
		return;
	if (find_rate(difference, count, &low, &high) < 2)
		limit_rate(&low, &high);
	pair->intervals = (unsigned int)count;
	for (i = 0; i < count; i++)
		pair->seconds += difference[i].seconds;
	pair->rate_ppb = (low + high) / 2;
	pair->rate_bound_ppb = (high - low) / 2;
	find_jumps(difference, count, pair, &sum);
	if (pair->stray_ns > 0 && is_jump_of_tsc(check, one, other, &sum)) {
		pair->stray_ns = 0;
		pair->jumps = 0;
		pair->jump_at = 0;
		pair->jump_ns = 0;
		pair->range_ns = 0;
	}
	pair->apart = pair->jumps || fabs(pair->rate_ppb) - pair->rate_bound_ppb >
				     GC_CROSS_SOUND_RATE * GC_CROSS_NS;
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
	struct gc_cross_advance advance;
	size_t i;

	memset(slow, 0, sizeof(*slow));
	for (i = 0; i < check->count; i++) {
		reading = &check->reading[i];
		if (!reading->clock[clock].ok || !reading->clock[GC_CROSS_TSC].hz)
			continue;
		slow->widest_ns = fmax(slow->widest_ns, gc_cross_width(&reading->clock[clock]) /
				       (double)reading->clock[GC_CROSS_TSC].hz * GC_CROSS_NS);
		if (!i || !check->reading[i - 1].clock[clock].ok)
			continue;
		advance = gc_cross_advance(check, i, clock);
		slow->wraps += advance.wraps;
		slow->untold += !advance.ok;
	}
}
