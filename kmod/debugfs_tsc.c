// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of TSCs as a table in debugfs, and what that cost.
 */

#include <linux/cpumask.h>
#include <linux/seq_file.h>

#include <asm/tsc.h>

#include "debugfs.h"
#include "generated/guestclock_words.h"
#include "observer.h"
#include "tsc_cost.h"
#include "tsc_info.h"
#include "tsc_row.h"
#include "tsc_sweep.h"

static const char *const tsc_columns[] = {
	"cpu", "ref_cpu", "state", "offset_cycles", "bound_cycles", "offset_ns",
	"bound_ns", "rounds", "rtt_min_cycles", "rtt_max_cycles",
	"tsc_cycles", "rounds_wanted", "rtt_median_cycles", "rtt_p90_cycles",
	"fault", "measurements", "adjust_state", "adjust_cycles",
	"adjust_changes", "drift_ppb", "drift_bound_ppb", "drift_baseline_ns",
	"beyond", NULL
};

static void put_offset(struct seq_file *file, const struct guestclock_tsc_row *row)
{
	if (row->state != GUESTCLOCK_TSC_STATE_OK &&
	    row->state != GUESTCLOCK_TSC_STATE_REFERENCE)
		seq_puts(file, "- - - - ");
	else if (tsc_khz)
		seq_printf(file, "%lld %llu %lld %llu ", row->offset_cycles,
			   row->bound_cycles, row->offset_ns, row->bound_ns);
	else
		seq_printf(file, "%lld %llu - - ", row->offset_cycles,
			   row->bound_cycles);
}

static void put_measurement(struct seq_file *file,
			    const struct guestclock_tsc_row *row)
{
	seq_printf(file, "%u %s ", row->ref_cpu,
		   guestclock_tsc_state_word(row->state));
	put_offset(file, row);
	if (row->rounds)
		seq_printf(file, "%u %llu %llu ", row->rounds, row->rtt_min,
			   row->rtt_max);
	else
		seq_puts(file, "0 - - ");
	seq_printf(file, "%llu ", row->tsc);
	if (row->rounds_wanted)
		seq_printf(file, "%u ", row->rounds_wanted);
	else
		seq_puts(file, "- ");
	if (row->rounds)
		seq_printf(file, "%llu %llu ", row->rtt_median, row->rtt_p90);
	else
		seq_puts(file, "- - ");
	seq_printf(file, "%s ",
		   row->fault ? guestclock_tsc_fault_word(row->fault) : "-");
}

static void put_history(struct seq_file *file,
			const struct guestclock_tsc_adjust *adjust,
			const struct guestclock_tsc_history *history)
{
	seq_printf(file, "%llu %s ", history->measurements,
		   guestclock_adjust_state_word(adjust->state));
	if (adjust->state == GUESTCLOCK_ADJUST_STATE_OK)
		seq_printf(file, "%lld %llu ", adjust->value,
			   history->adjust_changes);
	else
		seq_puts(file, "- - ");
	if (history->baseline_ns)
		seq_printf(file, "%lld %llu %llu ", history->drift.ppb,
			   history->drift.bound_ppb, history->baseline_ns);
	else
		seq_puts(file, "- - - ");
	seq_printf(file, "%u\n", history->beyond);
}

static void tsc_row(struct seq_file *file, unsigned int cpu)
{
	struct guestclock_tsc_history history;
	struct guestclock_tsc_row row;

	guestclock_tsc_row(cpu, &row, &history);
	seq_printf(file, "%u ", cpu);
	if (row.state == GUESTCLOCK_TSC_STATE_NOT_MEASURED ||
	    row.state == GUESTCLOCK_TSC_STATE_LEFT_ALONE)
		seq_printf(file, "- %s - - - - - - - - - - - - ",
			   guestclock_tsc_state_word(row.state));
	else
		put_measurement(file, &row);
	put_history(file, &row.adjust, &history);
}

static void put_info(struct seq_file *file)
{
	struct guestclock_tsc_info info;

	guestclock_tsc_info(&info);
	seq_printf(file, "# tsc_khz %u, by pvclock %llu Hz;%s%s%s%s%s\n", tsc_khz,
		   info.pvclock_hz, info.constant_tsc ? " constant_tsc" : "",
		   info.nonstop_tsc ? " nonstop_tsc" : "",
		   info.tsc_known_freq ? " tsc_known_freq" : "",
		   info.tsc_reliable ? " tsc_reliable" : "",
		   info.tsc_adjust ? " tsc_adjust" : "");
	seq_printf(file, "# verification by the kernel: %s: %s\n",
		   guestclock_tsc_verification_word(info.verification.state),
		   info.verification.because);
	if (info.baseline_ns)
		seq_printf(file, "# rate against kvm-clock %lld +- %llu ppb over %llu ns\n",
			   info.rate.ppb, info.rate.bound_ppb, info.baseline_ns);
	else
		seq_puts(file, "# rate against kvm-clock: not known\n");
}

/**
 * guestclock_debugfs_tsc_show() - the table of TSCs
 * @file: where it is written
 * @unused: nothing
 *
 * Context: Process, may sleep.
 * Return: 0.
 */
int guestclock_debugfs_tsc_show(struct seq_file *file, void *unused)
{
	unsigned int cpu;

	if (!guestclock_debugfs_head(file, &guestclock_tsc_observer, tsc_columns))
		return 0;
	put_info(file);
	for_each_online_cpu(cpu)
		tsc_row(file, cpu);

	return 0;
}

/**
 * guestclock_debugfs_put_sweeps() - sweeps and what measuring costs, for stats
 * @file: where it is written
 *
 * Context: Process, may sleep.
 */
void guestclock_debugfs_put_sweeps(struct seq_file *file)
{
	struct guestclock_tsc_settings settings;
	struct guestclock_tsc_sweeps sweeps;
	struct guestclock_tsc_cost cost;

	guestclock_tsc_sweep_settings(&settings);
	guestclock_tsc_sweep_state(&sweeps);
	guestclock_tsc_cost(&cost);
	seq_printf(file, "tsc_sweep_period_ms %u\n", settings.period_ms);
	seq_printf(file, "tsc_sweep_rounds %u\n", settings.rounds);
	seq_printf(file, "tsc_sweeps %llu\n", sweeps.sweeps);
	seq_printf(file, "tsc_last_sweep_ns %llu\n", sweeps.last_ns);
	seq_printf(file, "tsc_left_alone_cpus %u\n", sweeps.left_alone);
	seq_printf(file, "tsc_measurements %llu\n", cost.measurements);
	seq_printf(file, "tsc_no_answers %llu\n", cost.no_answers);
	seq_printf(file, "tsc_ref_cycles %llu\n", cost.cycles_ref);
	seq_printf(file, "tsc_cpu_cycles %llu\n", cost.cycles_cpu);
	seq_printf(file, "tsc_irqs_off_max_cycles %llu\n", cost.irqs_off_max);
	seq_printf(file, "tsc_irqs_off_max_ns %llu\n",
		   guestclock_tsc_ns(cost.irqs_off_max));
}
