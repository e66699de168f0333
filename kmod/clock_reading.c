// SPDX-License-Identifier: GPL-2.0-only
/*
 * One reading of all clocks, each in a bracket of TSC readings of its own.
 *
 * Preemption is off while a clock is read, interrupts stay on: a bracket that one
 * widens is replaced by the next attempt's. Some are read by leaving the guest, for
 * as long as the VMM takes, so the reading is a call that can be given up.
 */

#include "guestclock.h"

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "clock.h"
#include "clock_reading.h"
#include "cpu_call.h"

/* The slow ones take 16 exits to the VMM, some 100 us each where it is emulated. */
#define LIMIT_MS	1000

static struct guestclock_clock *const clocks[] = {
	&guestclock_clock_tsc,
	&guestclock_clock_kvmclock,
	&guestclock_clock_hpet,
	&guestclock_clock_acpi_pm,
	&guestclock_clock_host,
};

static_assert(ARRAY_SIZE(clocks) == GUESTCLOCK_CLOCKS);

/* What each clock lacks, NULL where it could be opened. */
static const char *missing[GUESTCLOCK_CLOCKS];

/**
 * struct reading - what is sent to the CPU that reads
 * @call: the reading
 * @rows: the result
 */
struct reading {
	struct guestclock_cpu_call call;
	struct guestclock_clock_row rows[GUESTCLOCK_CLOCKS];
};

static void keep_if_narrower(struct guestclock_clock_row *row,
			     const struct guestclock_bracket *bracket)
{
	u64 width = bracket->tsc_after - bracket->tsc_before;

	row->slowest = max(row->slowest, width);
	if (row->attempts++ && width >= row->tsc_after - row->tsc_before)
		return;
	row->tsc_before = bracket->tsc_before;
	row->value = bracket->value;
	row->tsc_after = bracket->tsc_after;
}

static void read_clock(const struct guestclock_clock *clock,
		       struct guestclock_clock_row *row)
{
	struct guestclock_bracket bracket;
	u32 attempt;

	row->mask = clock->mask;
	row->hz = clock->hz;
	for (attempt = 0; attempt < clock->attempts; attempt++) {
		preempt_disable();
		row->detail = clock->read(&bracket);
		preempt_enable();
		if (row->detail) {
			row->state = GUESTCLOCK_CLOCK_STATE_FAILED;
			return;
		}
		keep_if_narrower(row, &bracket);
	}
	row->state = GUESTCLOCK_CLOCK_STATE_OK;
}

static void read_all(struct guestclock_cpu_call *call)
{
	struct reading *reading = container_of(call, struct reading, call);
	u64 now = ktime_get_boottime_ns();
	unsigned int i;

	for (i = 0; i < GUESTCLOCK_CLOCKS; i++) {
		struct guestclock_clock_row *row = &reading->rows[i];

		row->cpu = call->cpu;
		row->boottime_ns = now;
		if (!missing[i])
			read_clock(clocks[i], row);
	}
}

/**
 * guestclock_clock_reading() - read all clocks
 * @cpu: the CPU to read on, which stays online meanwhile
 * @moment: why
 * @number: number of the reading
 * @rows: filled, GUESTCLOCK_CLOCKS of them
 *
 * Context: Process, sleeps, for a second at most.
 * Return: 0, -ENOMEM, or -ETIMEDOUT when the CPU had no time for it.
 */
int guestclock_clock_reading(unsigned int cpu, enum guestclock_clock_moment moment,
			     u64 number, struct guestclock_clock_row *rows)
{
	struct reading *reading = kvzalloc(sizeof(*reading), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!reading)
		return -ENOMEM;

	for (i = 0; i < GUESTCLOCK_CLOCKS; i++)
		reading->rows[i] = (struct guestclock_clock_row) {
			.name = clocks[i]->name,
			.moment = moment,
			.reading = number,
			.state = GUESTCLOCK_CLOCK_STATE_ABSENT,
			.detail = missing[i],
		};
	guestclock_cpu_call_start(&reading->call, cpu, read_all);
	err = guestclock_cpu_call_wait(&reading->call, LIMIT_MS);
	if (!err)
		memcpy(rows, reading->rows, sizeof(reading->rows));
	guestclock_cpu_call_put(&reading->call);

	return err;
}

/**
 * guestclock_clock_reading_init() - find the clocks
 *
 * Context: Process, may sleep.
 */
void guestclock_clock_reading_init(void)
{
	unsigned int i;

	for (i = 0; i < GUESTCLOCK_CLOCKS; i++)
		missing[i] = clocks[i]->open(clocks[i]);
}

/**
 * guestclock_clock_reading_exit() - let go of the clocks
 *
 * Where a vCPU stands still in a reading this waits until it runs.
 *
 * Context: Process, sleeps. Nobody wants a reading any more.
 */
void guestclock_clock_reading_exit(void)
{
	unsigned int i;

	guestclock_cpu_calls_flush();
	for (i = 0; i < GUESTCLOCK_CLOCKS; i++) {
		if (!missing[i] && clocks[i]->close)
			clocks[i]->close();
	}
}
