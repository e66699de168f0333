// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of every CPU's TSC, and the events that come of it: offsets that
 * pass the threshold, and changes of IA32_TSC_ADJUST.
 */

#include "guestclock.h"

#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include <asm/tsc.h>

#include "event.h"
#include "log.h"
#include "tsc_row.h"
#include "tsc_sweep.h"
#include "tsc_threshold.h"

/**
 * struct anchor - the offset that the drift is counted from
 * @known: there is one
 * @ref_cpu: the CPU measured against
 * @offset: the offset, cycles
 * @bound: its bound, cycles
 * @tsc: @ref_cpu's TSC then, cycles
 */
struct anchor {
	bool known;
	u32 ref_cpu;
	s64 offset;
	u64 bound;
	u64 tsc;
};

/**
 * struct tsc_cpu - what is kept of one CPU
 * @row: the last measurement
 * @history: what earlier ones add to it
 * @anchor: where the drift is counted from
 * @unsized: the last event said that the offset is beyond, not how far
 */
struct tsc_cpu {
	struct guestclock_tsc_row row;
	struct guestclock_tsc_history history;
	struct anchor anchor;
	bool unsized;
};

static struct tsc_cpu *cpus;
static DEFINE_SPINLOCK(rows_lock);

/**
 * guestclock_tsc_ns() - cycles as time
 * @cycles: cycles
 *
 * Context: Any.
 * Return: ns, rounded down, at the kernel's tsc_khz; 0 without one, S64_MAX for
 * what is more.
 */
u64 guestclock_tsc_ns(u64 cycles)
{
	if (!tsc_khz)
		return 0;
	/* Dividing two words by one traps where the quotient is too large for one. */
	if (cycles / tsc_khz >= S64_MAX / NSEC_PER_MSEC)
		return S64_MAX;

	/* cycles / (khz * 1000 / s) = cycles * 10^6 ns / khz */
	return mul_u64_u32_div(cycles, NSEC_PER_MSEC, tsc_khz);
}

/* Without an answer nothing is known that was not known before. */
static bool is_beyond(const struct guestclock_tsc_row *row,
		      const struct guestclock_tsc_threshold *threshold,
		      bool before)
{
	if (row->state == GUESTCLOCK_TSC_STATE_INCONSISTENT)
		return true;
	if (row->state != GUESTCLOCK_TSC_STATE_OK)
		return before;

	return guestclock_tsc_beyond(threshold, row->offset_ns, row->bound_ns,
				     before);
}

/*
 * Of a TSC that was seen to jump the next measurement tells how far. An offset from
 * the CPU itself ends without a word: there is no other one to compare it with.
 */
static bool cross(struct tsc_cpu *known, unsigned int cpu,
		  const struct guestclock_tsc_row *row,
		  const struct guestclock_tsc_threshold *threshold,
		  struct guestclock_event *event)
{
	bool beyond = is_beyond(row, threshold, known->history.beyond);
	bool sized = row->state == GUESTCLOCK_TSC_STATE_OK;

	if (row->state == GUESTCLOCK_TSC_STATE_REFERENCE) {
		known->history.beyond = false;
		return false;
	}
	if (beyond == known->history.beyond &&
	    !(beyond && sized && known->unsized))
		return false;

	known->history.beyond = beyond;
	known->unsized = !sized;
	known->anchor.known = false;
	guestclock_event_init(event, GUESTCLOCK_EVENT_TYPE_TSC_OFFSET,
			      GUESTCLOCK_SOURCE_MEASUREMENT, cpu);
	event->tsc.state = row->state;
	event->tsc.fault = row->fault;
	event->tsc.beyond = beyond;
	event->tsc.ref_cpu = row->ref_cpu;
	event->tsc.offset_cycles = row->offset_cycles;
	event->tsc.bound_cycles = row->bound_cycles;

	return true;
}

static void begin_drift(struct tsc_cpu *known, const struct guestclock_tsc_row *row)
{
	known->history.baseline_ns = 0;
	known->anchor = (struct anchor) {
		.known = row->state == GUESTCLOCK_TSC_STATE_OK,
		.ref_cpu = row->ref_cpu,
		.offset = row->offset_cycles,
		.bound = row->bound_cycles,
		.tsc = row->tsc,
	};
}

/* A row without an answer says nothing of the drift; a fault ends it. */
static void update_drift(struct tsc_cpu *known, const struct guestclock_tsc_row *row)
{
	struct anchor *anchor = &known->anchor;
	s64 elapsed = row->tsc - anchor->tsc;

	if (row->state == GUESTCLOCK_TSC_STATE_NO_ANSWER)
		return;
	if (!anchor->known || row->state != GUESTCLOCK_TSC_STATE_OK ||
	    anchor->ref_cpu != row->ref_cpu || elapsed <= 0 ||
	    !guestclock_tsc_rate(row->offset_cycles - anchor->offset,
				 row->bound_cycles + anchor->bound, elapsed,
				 &known->history.drift))
		begin_drift(known, row);
	else
		known->history.baseline_ns = guestclock_tsc_ns(elapsed);
}

/* An adjustment moves the offset at once; that of the reference moves all of them. */
static void restart_drift(struct tsc_cpu *known, const struct guestclock_tsc_row *row)
{
	unsigned int cpu;

	known->anchor.known = false;
	if (row->state != GUESTCLOCK_TSC_STATE_REFERENCE)
		return;
	for_each_possible_cpu(cpu)
		cpus[cpu].anchor.known = false;
}

/* What could not be read because nobody answered stays as it was. */
static bool adjusted(struct tsc_cpu *known, unsigned int cpu,
		     const struct guestclock_tsc_row *row, u64 threshold,
		     struct guestclock_event *event)
{
	s64 before = known->row.adjust.value;
	u64 change;

	if (row->adjust.state != GUESTCLOCK_ADJUST_STATE_OK)
		return false;
	if (known->row.adjust.state != GUESTCLOCK_ADJUST_STATE_OK ||
	    before == row->adjust.value)
		return false;

	known->history.adjust_changes++;
	restart_drift(known, row);
	change = before < row->adjust.value ?
		 (u64)row->adjust.value - (u64)before :
		 (u64)before - (u64)row->adjust.value;
	if (change <= threshold)
		return false;

	guestclock_event_init(event, GUESTCLOCK_EVENT_TYPE_TSC_ADJUST,
			      GUESTCLOCK_SOURCE_MEASUREMENT, cpu);
	event->not_before_tsc = known->row.adjust.tsc;
	event->not_after_tsc = row->tsc;
	event->adjust.before = before;
	event->adjust.now = row->adjust.value;

	return true;
}

/**
 * guestclock_tsc_row_update() - take in a measurement
 * @cpu: the CPU measured
 * @row: the measurement
 *
 * Context: Process, may sleep; one caller at a time.
 */
void guestclock_tsc_row_update(unsigned int cpu, const struct guestclock_tsc_row *row)
{
	struct guestclock_event offset_event, adjust_event;
	struct guestclock_tsc_threshold threshold;
	struct guestclock_tsc_settings settings;
	struct tsc_cpu *known = &cpus[cpu];
	bool has_crossed, was_adjusted;

	guestclock_tsc_sweep_settings(&settings);
	threshold.limit_ns = settings.offset_threshold_ns;
	threshold.hysteresis_ns = settings.offset_hysteresis_ns;

	spin_lock(&rows_lock);
	was_adjusted = adjusted(known, cpu, row, settings.adjust_threshold,
				&adjust_event);
	has_crossed = cross(known, cpu, row, &threshold, &offset_event);
	update_drift(known, row);
	known->history.measurements++;
	if (row->adjust.state == GUESTCLOCK_ADJUST_STATE_NOT_READ) {
		struct guestclock_tsc_adjust adjust = known->row.adjust;

		known->row = *row;
		known->row.adjust = adjust;
	} else {
		known->row = *row;
	}
	spin_unlock(&rows_lock);

	/* First what was done, then what came of it. */
	if (was_adjusted)
		guestclock_log_report(&adjust_event);
	if (has_crossed)
		guestclock_log_report(&offset_event);
}

/**
 * guestclock_tsc_forget() - drop what is known of a CPU that goes offline
 * @cpu: the CPU; its TSC may be another when it comes back
 *
 * Context: Process.
 */
void guestclock_tsc_forget(unsigned int cpu)
{
	spin_lock(&rows_lock);
	cpus[cpu] = (struct tsc_cpu) {
		.row.state = GUESTCLOCK_TSC_STATE_NOT_MEASURED,
		.row.adjust.state = GUESTCLOCK_ADJUST_STATE_NOT_READ,
	};
	spin_unlock(&rows_lock);
}

/**
 * guestclock_tsc_row() - copy what is known of a CPU
 * @cpu: the CPU
 * @row: its row
 * @history: what earlier measurements add to it
 *
 * Context: Process.
 */
void guestclock_tsc_row(unsigned int cpu, struct guestclock_tsc_row *row,
			struct guestclock_tsc_history *history)
{
	spin_lock(&rows_lock);
	*row = cpus[cpu].row;
	*history = cpus[cpu].history;
	spin_unlock(&rows_lock);
	if (row->state == GUESTCLOCK_TSC_STATE_NOT_MEASURED &&
	    guestclock_tsc_sweep_leaves_alone(cpu))
		row->state = GUESTCLOCK_TSC_STATE_LEFT_ALONE;
}

/**
 * guestclock_tsc_rows_init() - nothing is known of any CPU
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_rows_init(void)
{
	unsigned int cpu;

	cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL);
	if (!cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		guestclock_tsc_forget(cpu);

	return 0;
}

/**
 * guestclock_tsc_rows_exit() - free the rows
 *
 * Context: Process. Nobody measures or reads rows any more.
 */
void guestclock_tsc_rows_exit(void)
{
	kfree(cpus);
}
