// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second pvclock_gtod notifier. Registering it makes the timekeeper call
 * every notifier with the very action that a clock step has.
 */

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pvclock_gtod.h>
#include <linux/seq_file.h>

#include "guestclock_test.h"

static atomic_t updates = ATOMIC_INIT(0);
static atomic_t actions = ATOMIC_INIT(0);

/* Inside the timekeeper's write section: count, nothing else. */
static int gtod_seen(struct notifier_block *nb, unsigned long action, void *tk)
{
	atomic_inc(&updates);
	if (action)
		atomic_inc(&actions);
	return NOTIFY_OK;
}

static struct notifier_block gtod_block = {
	.notifier_call = gtod_seen,
};

/**
 * test_gtod_register() - register the second notifier
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int test_gtod_register(void)
{
	return pvclock_gtod_register_notifier(&gtod_block);
}

/**
 * test_gtod_unregister() - take the second notifier back
 *
 * Context: process.
 */
void test_gtod_unregister(void)
{
	pvclock_gtod_unregister_notifier(&gtod_block);
}

static int gtod_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "updates %d\nactions %d\n", atomic_read(&updates),
		   atomic_read(&actions));
	return 0;
}

static int gtod_open(struct inode *inode, struct file *file)
{
	return single_open(file, gtod_show, NULL);
}

const struct file_operations test_gtod_fops = {
	.owner		= THIS_MODULE,
	.open		= gtod_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
