// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rounds of the kernel's watchdog, counted.
 */

#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/seqlock.h>
#include <linux/string.h>

#include "watchdog_stats.h"

/**
 * struct counted - the counts, and how readers get them whole
 * @seq: odd while they are written
 * @stats: the counts
 */
struct counted {
	seqcount_t seq;
	struct guestclock_watchdog_stats stats;
};

/* One round at a time writes. */
static struct counted counted = { .seq = SEQCNT_ZERO(counted.seq) };
static atomic64_t overlapped = ATOMIC64_INIT(0);

/* Interrupts off, so that nobody on this CPU waits for the writer below. */
static unsigned long begin_writing(void)
{
	unsigned long flags;

	local_irq_save(flags);
	raw_write_seqcount_begin(&counted.seq);

	return flags;
}

static void end_writing(unsigned long flags)
{
	raw_write_seqcount_end(&counted.seq);
	local_irq_restore(flags);
}

static void add_passed(struct guestclock_watchdog_stats *stats,
		       const struct guestclock_round_evidence *evidence)
{
	s64 difference = evidence->cs_interval_ns - evidence->wd_interval_ns;
	bool first = stats->results[GUESTCLOCK_WATCHDOG_RESULT_PASSED] == 1;

	stats->max_window_ns = max(stats->max_window_ns, evidence->window_ns);
	if (first || difference < stats->min_difference_ns)
		stats->min_difference_ns = difference;
	if (first || difference > stats->max_difference_ns)
		stats->max_difference_ns = difference;
}

/**
 * guestclock_stats_add_check() - a check is over
 * @evidence: the check
 *
 * Context: Within a round.
 */
void guestclock_stats_add_check(const struct guestclock_round_evidence *evidence)
{
	struct guestclock_watchdog_stats *stats = &counted.stats;
	unsigned long flags = begin_writing();

	strscpy(stats->reference, evidence->reference, sizeof(stats->reference));
	if (evidence->clocksource[0])
		strscpy(stats->clocksource, evidence->clocksource,
			sizeof(stats->clocksource));
	if (evidence->compared && !strcmp(evidence->clocksource, "tsc"))
		stats->tsc_boottime_ns = ktime_get_boot_fast_ns();
	stats->results[evidence->result]++;
	stats->retries += evidence->attempts - 1;
	if (evidence->result == GUESTCLOCK_WATCHDOG_RESULT_PASSED)
		add_passed(stats, evidence);
	if (evidence->cpu_test_ns) {
		stats->cpu_tests++;
		stats->max_cpu_test_ns = max(stats->max_cpu_test_ns, evidence->cpu_test_ns);
	}
	end_writing(flags);
}

/**
 * guestclock_stats_add_round() - a round is over
 * @lateness_ns: by the kernel's timer, beyond what is by design, ns
 * @late: it is later than the threshold
 * @next_due_ns: until the next round, 0 when none is due, ns
 *
 * Context: Within a round.
 */
void guestclock_stats_add_round(s64 lateness_ns, bool late, u64 next_due_ns)
{
	struct guestclock_watchdog_stats *stats = &counted.stats;
	u64 now = ktime_get_boot_fast_ns();
	unsigned long flags = begin_writing();

	stats->rounds++;
	stats->late += late;
	stats->max_lateness_ns = max(stats->max_lateness_ns, lateness_ns);
	stats->last_boottime_ns = now;
	stats->next_boottime_ns = next_due_ns ? now + next_due_ns : 0;
	end_writing(flags);
}

/**
 * guestclock_stats_add_overlap() - a round is not looked at
 *
 * Context: Any.
 */
void guestclock_stats_add_overlap(void)
{
	atomic64_inc(&overlapped);
}

/**
 * guestclock_watchdog_stats() - copy the counts
 * @stats: filled
 *
 * Context: Process.
 */
void guestclock_watchdog_stats(struct guestclock_watchdog_stats *stats)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&counted.seq);
		*stats = counted.stats;
	} while (read_seqcount_retry(&counted.seq, seq));
	stats->overlapped = atomic64_read(&overlapped);
}
