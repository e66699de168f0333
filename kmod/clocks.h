/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCKS_H
#define GUESTCLOCK_CLOCKS_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

/* To guestclock_clocks_read(), the one that TSCs are measured against. */
#define GUESTCLOCK_REFERENCE_CPU	(-1)

/**
 * struct guestclock_clock_row - one reading of one clock
 * @name: the clock
 * @moment: why it was read
 * @reading: number of the reading
 * @state: whether the numbers below mean anything
 * @detail: what is missing or went wrong, NULL when nothing is
 * @cpu: the CPU that read it
 * @tsc_before: TSC just before, cycles
 * @value: what it showed, in its cycles
 * @tsc_after: TSC just after, cycles
 * @mask: it counts modulo this plus one
 * @hz: its nominal frequency, Hz
 * @attempts: times it was read
 * @slowest: the widest bracket of them, cycles
 * @boottime_ns: CLOCK_BOOTTIME when the reading began, ns
 */
struct guestclock_clock_row {
	const char *name;
	enum guestclock_clock_moment moment;
	u64 reading;
	enum guestclock_clock_state state;
	const char *detail;
	u32 cpu;
	u64 tsc_before;
	u64 value;
	u64 tsc_after;
	u64 mask;
	u64 hz;
	u32 attempts;
	u64 slowest;
	u64 boottime_ns;
};

void guestclock_clocks_init(void);
void guestclock_clocks_stop(void);
void guestclock_clocks_exit(void);
int guestclock_clocks_read(int cpu);
void guestclock_clocks_incident(bool is_mark);
bool guestclock_clocks_row(unsigned int index, struct guestclock_clock_row *row);

#endif /* GUESTCLOCK_CLOCKS_H */
