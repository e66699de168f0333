/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_CHECK_H
#define GUESTCLOCK_CROSS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GC_CROSS_READINGS	512
#define GC_CROSS_SOURCES	3

/* The clocks that are compared; the TSC is what the others are read by. */
enum gc_cross_clock {
	GC_CROSS_TSC,
	GC_CROSS_KVM_CLOCK,
	GC_CROSS_HPET,
	GC_CROSS_ACPI_PM,
	GC_CROSS_HOST,
	GC_CROSS_CLOCKS
};

/**
 * struct gc_cross_sample - A clock, read in a bracket of its own.
 * @ok: it could be read
 * @before: TSC before, in cycles
 * @value: what it showed, in its own cycles
 * @after: TSC after, in cycles
 * @mask: it counts modulo this plus one
 * @hz: its nominal frequency
 */
struct gc_cross_sample {
	bool ok;
	uint64_t before;
	uint64_t value;
	uint64_t after;
	uint64_t mask;
	uint64_t hz;
};

/**
 * struct gc_cross_reading - All clocks, read together.
 * @number: the module's number of the reading
 * @boottime_ns: CLOCK_BOOTTIME at that time
 * @clock: by enum gc_cross_clock
 */
struct gc_cross_reading {
	uint64_t number;
	uint64_t boottime_ns;
	struct gc_cross_sample clock[GC_CROSS_CLOCKS];
};

/**
 * struct gc_cross_check - Readings, in the order in which they were taken.
 * @cpu: the CPU by whose TSC they were taken
 * @reading: the readings
 * @count: number of @reading
 */
struct gc_cross_check {
	uint64_t cpu;
	struct gc_cross_reading reading[GC_CROSS_READINGS];
	size_t count;
};

/**
 * struct gc_cross_pair - How a clock went against another.
 * @intervals: intervals between readings that had both
 * @seconds: their length
 * @rate_ppb: by how much the clock is faster, apart from jumps
 * @rate_bound_ppb: that is so up to this
 * @jumps: intervals in which it jumped: went further, or less far, than its rate and
 *   slewing explain
 * @jump_ns: by how much in the one that has most, forward is positive
 * @jump_bound_ns: that is so up to this; without a jump, one up to this may be hidden
 * @jump_at: index of the reading that ends that interval, 0 for no jump
 * @range_ns: not 0: that may be whole numbers of this more or less, as nobody knows how
 *   often a clock wrapped
 * @stray_ns: how far it strayed from one rate in the interval that has most of that,
 *   slewing or not; 0 where the bounds of reading explain it
 * @apart: more lies between them than bounds and any sound clock's rate explain
 */
struct gc_cross_pair {
	unsigned int intervals;
	double seconds;
	double rate_ppb;
	double rate_bound_ppb;
	unsigned int jumps;
	double jump_ns;
	double jump_bound_ns;
	size_t jump_at;
	double range_ns;
	double stray_ns;
	bool apart;
};

/**
 * struct gc_cross_slow - What there is to say about reads of a clock.
 * @widest_ns: the widest bracket
 * @wraps: how often it wrapped between two readings, as its mask is small
 * @untold: intervals too long to tell how often it wrapped
 */
struct gc_cross_slow {
	double widest_ns;
	unsigned int wraps;
	unsigned int untold;
};

const char *gc_cross_name(enum gc_cross_clock clock);
unsigned int gc_cross_source(enum gc_cross_clock clock);
int gc_cross_find(const char *name);
void gc_cross_compare(const struct gc_cross_check *check, enum gc_cross_clock one,
		      enum gc_cross_clock other, struct gc_cross_pair *pair);
void gc_cross_reads(const struct gc_cross_check *check, enum gc_cross_clock clock,
		    struct gc_cross_slow *slow);

#endif /* GUESTCLOCK_CROSS_CHECK_H */
