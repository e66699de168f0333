// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for eyes in debugfs. Each shows what the observers know already:
 * reading one touches no clock, sends no IPI and measures nothing.
 */

#include "guestclock.h"

#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

#include <asm/pvclock-abi.h>
#include <asm/tsc.h>

#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "debugfs.h"
#include "generated/guestclock_words.h"
#include "inject.h"
#include "log.h"
#include "observer.h"
#include "poll.h"
#include "pvclock.h"

/* Owns what the kernel keeps of each file. */
static struct device *device;
static struct dentry *directory;

/**
 * guestclock_debugfs_head() - write the two first lines of a table
 * @file: the table
 * @observer: whose it is
 * @columns: their names, ended by NULL
 *
 * Context: Process.
 * Return: whether there is anything below them.
 */
bool guestclock_debugfs_head(struct seq_file *file,
			     const struct guestclock_observer *observer,
			     const char *const *columns)
{
	seq_printf(file, "# guestclock %s v1\n#", observer->name);
	for (; *columns; columns++)
		seq_printf(file, " %s", *columns);
	seq_putc(file, '\n');
	if (observer->state != GUESTCLOCK_OBSERVER_STATE_ACTIVE)
		seq_printf(file, "# %s\n", observer->detail);

	return observer->state != GUESTCLOCK_OBSERVER_STATE_ABSENT;
}

static void put_flag_names(struct seq_file *file, u8 flags)
{
	static const char *const names[] = {
		"TSC_STABLE", "GUEST_STOPPED", "COUNTS_FROM_ZERO",
	};
	const char *separator = "";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(flags & BIT(i)))
			continue;
		seq_printf(file, "%s%s", separator, names[i]);
		separator = ",";
	}
	if (!*separator)
		seq_putc(file, '-');
}

static const char *const pvclock_columns[] = {
	"cpu", "state", "version", "tsc_timestamp_cycles", "system_time_ns",
	"tsc_to_system_mul", "tsc_shift", "flags", "flag_names", "tsc_hz",
	"tsc_cycles", "kvmclock_ns", "age_ns", "updates",
	"last_discontinuity_ns", "torn_reads", NULL
};

static void pvclock_row(struct seq_file *file, unsigned int cpu)
{
	struct guestclock_pvclock_row row;
	const struct guestclock_page *page = &row.page;

	guestclock_pvclock_row(cpu, &row);
	seq_printf(file, "%u %s ", cpu, guestclock_page_state_word(row.state));
	if (row.state != GUESTCLOCK_PAGE_STATE_OK &&
	    row.state != GUESTCLOCK_PAGE_STATE_INVALID) {
		seq_printf(file, "- - - - - - - - - - - %llu - %llu\n",
			   row.updates, row.torn_reads);
		return;
	}

	seq_printf(file, "%u %llu %llu %u %d 0x%x ", page->version,
		   page->tsc_timestamp, page->system_time,
		   page->tsc_to_system_mul, page->tsc_shift, page->flags);
	put_flag_names(file, page->flags);
	if (row.state == GUESTCLOCK_PAGE_STATE_INVALID)
		seq_printf(file, " - %llu - - %llu - %llu\n", row.tsc,
			   row.updates, row.torn_reads);
	else
		seq_printf(file, " %llu %llu %llu %lld %llu %lld %llu\n",
			   guestclock_page_tsc_hz(page), row.tsc,
			   row.kvmclock_ns,
			   (s64)(row.kvmclock_ns - page->system_time),
			   row.updates, row.last_discontinuity_ns,
			   row.torn_reads);
}

static int pvclock_show(struct seq_file *file, void *unused)
{
	unsigned int cpu;

	if (!guestclock_debugfs_head(file, &guestclock_pvclock_observer,
				     pvclock_columns))
		return 0;
	for_each_online_cpu(cpu)
		pvclock_row(file, cpu);

	return 0;
}

static const char *const clocksource_columns[] = {
	"name", "rating", "flags", "vdso_clock_mode", "switches", "steps",
	"offs_real_ns", NULL
};

static int clocksource_show(struct seq_file *file, void *unused)
{
	struct guestclock_clocksource_state state;
	const struct guestclock_clocksource_info *info;

	guestclock_debugfs_head(file, &guestclock_clocksource_observer,
				clocksource_columns);
	guestclock_clocksource_state(&state);
	info = &state.current_clocksource;
	seq_printf(file, "%s %d 0x%llx %d %llu %llu %lld\n", info->name,
		   info->rating, info->flags, info->vdso_clock_mode,
		   state.switches, state.steps, state.offs_real_ns);

	return 0;
}

static const char *const watchdog_columns[] = {
	"source", "state", "hits", "detail", NULL
};

static int clocksource_watchdog_show(struct seq_file *file, void *unused)
{
	struct guestclock_watchdog_source source;
	unsigned int i;

	guestclock_debugfs_head(file, &guestclock_watchdog_observer, watchdog_columns);
	seq_printf(file, "# marks seen: %llu; the kernel holds the TSC for %s\n",
		   guestclock_watchdog_marks(),
		   check_tsc_unstable() ? "unstable" : "usable");
	guestclock_debugfs_rounds(file);
	for (i = 0; guestclock_watchdog_source_at(i, &source); i++) {
		seq_printf(file, "%s %s %llu ", source.name,
			   source.err ? "absent" : "active", source.hits);
		if (source.err)
			seq_printf(file, "errno:%d\n", -source.err);
		else
			seq_puts(file, "-\n");
	}

	return 0;
}

static int stats_show(struct seq_file *file, void *unused)
{
	struct guestclock_log_state log;

	guestclock_log_state(&log);
	seq_puts(file, "# guestclock stats v1\n# name value\n");
	seq_printf(file, "version %s\n", GUESTCLOCK_VERSION);
	seq_printf(file, "load_id %016llx\n", log.load_id);
	seq_printf(file, "restore_epoch %u\n", log.restore_epoch);
	seq_printf(file, "tsc_khz %u\n", tsc_khz);
	seq_printf(file, "log_size_events %u\n", log.size);
	seq_printf(file, "log_tail_seq %llu\n", log.tail);
	seq_printf(file, "log_head_seq %llu\n", log.head);
	seq_printf(file, "lost_events %llu\n", log.lost);
	seq_printf(file, "polls %llu\n", guestclock_poll_count());
	seq_printf(file, "poll_interval_ms %u\n", guestclock_poll_interval_ms());
	guestclock_debugfs_put_sweeps(file);

	return 0;
}

/*
 * Files whose operations belong to the kernel, not to the module: an open one
 * does not keep the module, and opening one while the module goes away finds
 * neither half of it. With operations of our own the kernel warns "debugfs file
 * owner did not clean up at exit" when the opening falls between the two steps
 * in which delete_module() takes the last reference (fs/debugfs/file.c,
 * kernel/module/main.c).
 */
static void add_table(const char *name,
		      int (*show)(struct seq_file *file, void *unused))
{
	struct dentry *file;

	debugfs_create_devm_seqfile(device, name, directory, show);
	file = debugfs_lookup(name, directory);
	if (IS_ERR_OR_NULL(file))
		return;
	/* Anything but reading is refused under lockdown; others need not read. */
	d_inode(file)->i_mode = S_IFREG | 0400;
	dput(file);
}

/**
 * guestclock_debugfs_init() - create the files
 *
 * Failure is nobody's concern: debugfs is for eyes.
 *
 * Context: Process, may sleep.
 */
void guestclock_debugfs_init(void)
{
	device = root_device_register(KBUILD_MODNAME);
	if (IS_ERR(device))
		return;

	directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	/* Files are there for a moment before they get their own mode. */
	if (!IS_ERR(directory))
		d_inode(directory)->i_mode = S_IFDIR | 0700;
	add_table("pvclock", pvclock_show);
	add_table("tsc", guestclock_debugfs_tsc_show);
	add_table("clocksource", clocksource_show);
	add_table("clocksource_watchdog", clocksource_watchdog_show);
	add_table("events", guestclock_debugfs_events_show);
	add_table("stats", stats_show);
	guestclock_inject_init(directory);
}

/**
 * guestclock_debugfs_exit() - remove the files
 *
 * When this returns nobody is reading one.
 *
 * Context: Process, may sleep.
 */
void guestclock_debugfs_exit(void)
{
	if (IS_ERR(device))
		return;

	debugfs_remove(directory);
	root_device_unregister(device);
}
