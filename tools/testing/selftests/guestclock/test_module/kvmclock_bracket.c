// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own clock, read between two TSC readings, on every CPU. */

#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "compat.h"
#include "guestclock_test.h"

#define ROUNDS	64

struct bracket {
	u64 before;
	u64 clock;
	u64 after;
};

/* Runs on the CPU in question, interrupts off; keeps the narrowest bracket. */
static void take_bracket(void *arg)
{
	struct bracket *best = arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		struct bracket b;

		b.before = rdtsc_ordered();
		b.clock = test_clock_cycles();
		b.after = rdtsc_ordered();
		if (!i || b.after - b.before < best->after - best->before)
			*best = b;
	}
}

static int kvmclock_show(struct seq_file *m, void *unused)
{
	unsigned int cpu;

	seq_puts(m, "# cpu tsc_before clock tsc_after\n");

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct bracket b;

		if (smp_call_function_single(cpu, take_bracket, &b, 1))
			continue;
		seq_printf(m, "%u %llu %llu %llu\n", cpu, b.before, b.clock, b.after);
	}
	cpus_read_unlock();

	return 0;
}

static int kvmclock_open(struct inode *inode, struct file *file)
{
	return single_open(file, kvmclock_show, NULL);
}

const struct file_operations test_kvmclock_fops = {
	.owner		= THIS_MODULE,
	.open		= kvmclock_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
