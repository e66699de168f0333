// SPDX-License-Identifier: GPL-2.0-only
/*
 * For test builds: events made up on demand, and what the module's own paths
 * cost. Writing a count to a file in debugfs sets it going.
 */

#include "guestclock.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "event.h"
#include "inject.h"
#include "log.h"
#include "pvclock.h"
#include "staging.h"

#define COUNT_MAX	BIT(20)
#define SAMPLES_MAX	BIT(12)

/* The committer is a work item; it has started long before that. */
#define COMMIT_PATIENCE_CYCLES	(U64_C(1) << 33)

enum cost {
	COST_PAGE_SWEEP,
	COST_STAGE,
	COST_STAGE_TO_LOG,
	COSTS
};

static const char *const cost_names[COSTS] = {
	[COST_PAGE_SWEEP] = "page_sweep",
	[COST_STAGE] = "event_stage",
	[COST_STAGE_TO_LOG] = "event_stage_to_log",
};

/**
 * struct cost_samples - what one path took, again and again
 * @cycles: each time, sorted once all were taken
 * @count: how often
 */
struct cost_samples {
	u64 cycles[SAMPLES_MAX];
	unsigned int count;
};

/* Guards everything below. */
static DEFINE_MUTEX(inject_lock);
static struct cost_samples costs[COSTS];
static u64 injected;
static unsigned int sweeps;

static void make_up(struct guestclock_event *event)
{
	guestclock_event_init(event, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP,
			      GUESTCLOCK_SOURCE_TEST_INJECTION,
			      GUESTCLOCK_WHOLE_GUEST);
	injected++;
	event->step.offs_real_before_ns = injected;
	event->step.offs_real_after_ns = injected;
}

static int inject(u64 count, void (*hand_over)(struct guestclock_event *event))
{
	struct guestclock_event event;
	u64 i;

	if (count > COUNT_MAX)
		return -EINVAL;

	mutex_lock(&inject_lock);
	for (i = 0; i < count; i++) {
		make_up(&event);
		hand_over(&event);
	}
	mutex_unlock(&inject_lock);

	return 0;
}

static void commit_event(struct guestclock_event *event)
{
	guestclock_log_report(event);
	cond_resched();
}

static int commit(void *unused, u64 count)
{
	return inject(count, commit_event);
}
DEFINE_DEBUGFS_ATTRIBUTE(commit_fops, NULL, commit, "%llu\n");

/* Does not let the committer run on this CPU, so that rings overflow. */
static void stage_event(struct guestclock_event *event)
{
	guestclock_stage(event);
}

static int stage(void *unused, u64 count)
{
	return inject(count, stage_event);
}
DEFINE_DEBUGFS_ATTRIBUTE(stage_fops, NULL, stage, "%llu\n");

static void add_sample(enum cost cost, u64 cycles)
{
	struct cost_samples *samples = &costs[cost];

	if (samples->count < SAMPLES_MAX)
		samples->cycles[samples->count++] = cycles;
}

/* In the poll's own queue, as sweeps run one at a time. */
static void sweep(struct work_struct *work)
{
	unsigned int i;
	u64 before;

	for (i = 0; i < sweeps; i++) {
		before = rdtsc_ordered();
		guestclock_pvclock_poll();
		add_sample(COST_PAGE_SWEEP, rdtsc_ordered() - before);
		cond_resched();
	}
}

static DECLARE_WORK(sweep_work, sweep);

/* False when the event did not get into the log. */
static bool stage_and_wait(void)
{
	struct guestclock_log_state log;
	struct guestclock_event event;
	u64 before, staged, head;

	guestclock_log_drain();
	guestclock_log_state(&log);
	head = log.head;
	make_up(&event);

	before = rdtsc_ordered();
	guestclock_stage(&event);
	staged = rdtsc_ordered();
	do {
		cond_resched();
		guestclock_log_state(&log);
		if (rdtsc_ordered() - before > COMMIT_PATIENCE_CYCLES)
			return false;
	} while (log.head == head);

	add_sample(COST_STAGE, staged - before);
	add_sample(COST_STAGE_TO_LOG, rdtsc_ordered() - before);

	return true;
}

static int compare_cycles(const void *a, const void *b)
{
	u64 x = *(const u64 *)a;
	u64 y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int measure(unsigned int count)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&inject_lock);
	for (i = 0; i < COSTS; i++)
		costs[i].count = 0;
	sweeps = count;
	queue_work(guestclock_wq, &sweep_work);
	flush_work(&sweep_work);
	for (i = 0; i < count && !err; i++)
		err = stage_and_wait() ? 0 : -ETIMEDOUT;
	for (i = 0; i < COSTS; i++)
		sort(costs[i].cycles, costs[i].count,
		     sizeof(costs[i].cycles[0]), compare_cycles, NULL);
	mutex_unlock(&inject_lock);

	return err;
}

static ssize_t measure_write(struct file *file, const char __user *buffer,
			     size_t size, loff_t *pos)
{
	unsigned int count;
	int err;

	err = kstrtouint_from_user(buffer, size, 0, &count);
	if (err)
		return err;
	if (!count || count > SAMPLES_MAX)
		return -EINVAL;
	err = measure(count);

	return err ?: size;
}

static int measure_show(struct seq_file *file, void *unused)
{
	const struct cost_samples *samples;
	unsigned int i;

	seq_puts(file, "# guestclock measure v1\n# what count cycles_min cycles_p50 cycles_p99\n");
	mutex_lock(&inject_lock);
	for (i = 0; i < COSTS; i++) {
		samples = &costs[i];
		if (!samples->count)
			continue;
		seq_printf(file, "%s %u %llu %llu %llu\n", cost_names[i],
			   samples->count, samples->cycles[0],
			   samples->cycles[samples->count / 2],
			   samples->cycles[samples->count * 99 / 100]);
	}
	mutex_unlock(&inject_lock);

	return 0;
}

static int measure_open(struct inode *inode, struct file *file)
{
	return single_open(file, measure_show, NULL);
}

static const struct file_operations measure_fops = {
	.owner		= THIS_MODULE,
	.open		= measure_open,
	.read		= seq_read,
	.write		= measure_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/**
 * guestclock_inject_init() - create the files for tests
 * @parent: the directory of the tables; the files go with it
 *
 * Context: Process, may sleep.
 */
void guestclock_inject_init(struct dentry *parent)
{
	struct dentry *directory = debugfs_create_dir("inject", parent);

	pr_warn("built for tests: events can be made up\n");
	debugfs_create_file("commit", 0200, directory, NULL, &commit_fops);
	debugfs_create_file("stage", 0200, directory, NULL, &stage_fops);
	debugfs_create_file("measure", 0600, directory, NULL, &measure_fops);
}
