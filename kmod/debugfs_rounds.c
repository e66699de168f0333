// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's watchdog in words and numbers, for its table in debugfs.
 */

#include <linux/seq_file.h>

#include "debugfs.h"
#include "generated/guestclock_words.h"
#include "tsc_verification.h"
#include "watchdog_stats.h"

static void put_results(struct seq_file *file,
			const struct guestclock_watchdog_stats *stats)
{
	unsigned int result;

	seq_printf(file, "# rounds seen: %llu late: %llu", stats->rounds, stats->late);
	for (result = 1; result <= GUESTCLOCK_WATCHDOG_RESULT_MAX; result++)
		seq_printf(file, " %s: %llu", guestclock_watchdog_result_word(result),
			   stats->results[result]);
	seq_printf(file, "\n# readings taken again: %llu; CPU tests: %llu, the longest %llu ns\n",
		   stats->retries, stats->cpu_tests, stats->max_cpu_test_ns);
}

/**
 * guestclock_debugfs_rounds() - what was seen of the kernel's watchdog
 * @file: where it is written, as comment lines
 *
 * Context: Process, may sleep.
 */
void guestclock_debugfs_rounds(struct seq_file *file)
{
	struct guestclock_verification verification;
	struct guestclock_watchdog_stats stats;

	guestclock_tsc_verification(&verification);
	guestclock_watchdog_stats(&stats);
	seq_printf(file, "# TSC %s: %s\n",
		   guestclock_tsc_verification_word(verification.state),
		   verification.because);
	if (stats.reference[0])
		seq_printf(file, "# reference %s%s\n", stats.reference,
			   guestclock_derives_from_tsc(stats.reference) ?
			   ", which derives from the TSC" : "");
	if (!stats.rounds)
		return;
	put_results(file, &stats);
	seq_printf(file, "# longest lateness %lld ns", stats.max_lateness_ns);
	if (stats.results[GUESTCLOCK_WATCHDOG_RESULT_PASSED])
		seq_printf(file, ", longest readout window %llu ns, intervals of clocksource and reference %lld to %lld ns apart",
			   stats.max_window_ns, stats.min_difference_ns,
			   stats.max_difference_ns);
	seq_putc(file, '\n');
}
