// SPDX-License-Identifier: GPL-2.0-only
/*
 * A clocksource that the kernel's watchdog checks and nobody selects. Writing
 * a number of cycles to the file makes its reading jump by as many.
 */

#include <linux/atomic.h>
#include <linux/clocksource.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "compat.h"
#include "guestclock_test.h"

static atomic64_t jump = ATOMIC64_INIT(0);
static atomic64_t reads = ATOMIC64_INIT(0);
static atomic_t marks = ATOMIC_INIT(0);

static u64 canary_read(struct clocksource *cs)
{
	atomic64_inc(&reads);
	return rdtsc_ordered() + atomic64_read(&jump);
}

static void canary_marked(struct clocksource *cs)
{
	atomic_inc(&marks);
}

/* Not CONTINUOUS, so that it can never become the system's clock. */
static struct clocksource canary_clocksource = {
	.name		= "guestclock-canary",
	.rating		= 1,
	.read		= canary_read,
	.mask		= CLOCKSOURCE_MASK(64),
	.flags		= CLOCK_SOURCE_MUST_VERIFY | CLOCK_SOURCE_WDTEST,
	.mark_unstable	= canary_marked,
	.owner		= THIS_MODULE,
};

/**
 * test_canary_register() - register the canary
 *
 * Context: process.
 * Return: 0, -ENODEV without a TSC frequency, or the kernel's refusal.
 */
int test_canary_register(void)
{
	if (!tsc_khz)
		return -ENODEV;

	return clocksource_register_khz(&canary_clocksource, tsc_khz);
}

/**
 * test_canary_unregister() - unregister the canary
 *
 * Context: process.
 */
void test_canary_unregister(void)
{
	clocksource_unregister(&canary_clocksource);
}

static int canary_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "reads %lld\nmarks %d\njump_cycles %lld\n",
		   atomic64_read(&reads), atomic_read(&marks), atomic64_read(&jump));
	return 0;
}

static int canary_open(struct inode *inode, struct file *file)
{
	return single_open(file, canary_show, NULL);
}

static ssize_t canary_write(struct file *file, const char __user *buf, size_t len,
			    loff_t *pos)
{
	s64 cycles;
	int ret;

	ret = kstrtos64_from_user(buf, len, 0, &cycles);
	if (ret)
		return ret;

	atomic64_add(cycles, &jump);
	return len;
}

const struct file_operations test_canary_fops = {
	.owner		= THIS_MODULE,
	.open		= canary_open,
	.read		= seq_read,
	.write		= canary_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};
