// SPDX-License-Identifier: GPL-2.0-only
/*
 * guestclock: evidence about time inside a KVM guest.
 *
 * Loading goes from what receives events to what makes them, and then to those
 * who read; unloading goes back.
 */

#include "guestclock.h"

#include <linux/bits.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "clocks.h"
#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "cpu_call.h"
#include "debugfs.h"
#include "hotplug.h"
#include "log.h"
#include "netlink.h"
#include "observer.h"
#include "poll.h"
#include "pvclock.h"
#include "restore.h"
#include "staging.h"
#include "tsc.h"
#include "tsc_sweep.h"

#define LOG_SIZE_MAX		BIT(20)
#define POLL_INTERVAL_MIN_MS	20U
#define POLL_INTERVAL_MAX_MS	60000U

static unsigned int log_size = 4096;
module_param(log_size, uint, 0444);
MODULE_PARM_DESC(log_size, "Events that the log keeps, 0 for none (default 4096, at most 1048576)");

static unsigned int poll_interval_ms = 200;
module_param(poll_interval_ms, uint, 0444);
MODULE_PARM_DESC(poll_interval_ms, "Time between two looks at the pvclock pages, in ms (default 200, 20 to 60000)");

static unsigned long discontinuity_threshold_ns = 100000;
module_param(discontinuity_threshold_ns, ulong, 0444);
MODULE_PARM_DESC(discontinuity_threshold_ns, "A pvclock page that moves its clock by more than this is an event, in ns (default 100000)");

static unsigned long tsc_offset_threshold_ns = 1000;
module_param(tsc_offset_threshold_ns, ulong, 0444);
MODULE_PARM_DESC(tsc_offset_threshold_ns, "A measured TSC offset beyond this and its bound is an event, in ns (default 1000)");

static unsigned long tsc_offset_hysteresis_ns = ULONG_MAX;
module_param(tsc_offset_hysteresis_ns, ulong, 0444);
MODULE_PARM_DESC(tsc_offset_hysteresis_ns, "And it is back when it is this much below, in ns (default a quarter of the threshold)");

static unsigned long tsc_adjust_threshold_cycles;
module_param(tsc_adjust_threshold_cycles, ulong, 0444);
MODULE_PARM_DESC(tsc_adjust_threshold_cycles, "A change of a CPU's IA32_TSC_ADJUST by more than this is an event, in cycles (default 0)");

static unsigned int tsc_sweep_period_ms = 60000;
module_param(tsc_sweep_period_ms, uint, 0444);
MODULE_PARM_DESC(tsc_sweep_period_ms, "Time in which each CPU's TSC is measured once, in ms (default 60000, 0 for never)");

static unsigned int tsc_sweep_rounds = 256;
module_param(tsc_sweep_rounds, uint, 0444);
MODULE_PARM_DESC(tsc_sweep_rounds, "Rounds of the ping-pong for each CPU (default 256, 1 to 4096)");

static bool tsc_sweep_isolated;
module_param(tsc_sweep_isolated, bool, 0444);
MODULE_PARM_DESC(tsc_sweep_isolated, "Measure isolated and nohz_full CPUs as well (default N)");

static bool use_kprobes = true;
module_param(use_kprobes, bool, 0444);
MODULE_PARM_DESC(use_kprobes, "Learn of clocksources marked unstable by kprobes (default Y)");

static unsigned int watchdog_late_ms = 100;
module_param(watchdog_late_ms, uint, 0444);
MODULE_PARM_DESC(watchdog_late_ms, "A round of the kernel's clocksource watchdog that is later than this is an event, in ms (default 100)");

static bool watchdog_all_rounds;
module_param(watchdog_all_rounds, bool, 0444);
MODULE_PARM_DESC(watchdog_all_rounds, "Every round of the kernel's clocksource watchdog is an event, two a second (default N)");

/* Runs the committer and the poll, one after the other. */
struct workqueue_struct *guestclock_wq;

static struct guestclock_tsc_settings tsc_settings(void)
{
	/* Where nothing was said. */
	if (tsc_offset_hysteresis_ns == ULONG_MAX)
		tsc_offset_hysteresis_ns = tsc_offset_threshold_ns / 4;

	return (struct guestclock_tsc_settings) {
		.period_ms = tsc_sweep_period_ms,
		.rounds = tsc_sweep_rounds,
		.isolated = tsc_sweep_isolated,
		.offset_threshold_ns = tsc_offset_threshold_ns,
		.offset_hysteresis_ns = tsc_offset_hysteresis_ns,
		.adjust_threshold = tsc_adjust_threshold_cycles,
	};
}

static int check_parameters(const struct guestclock_tsc_settings *tsc)
{
	const char *error = guestclock_tsc_sweep_error(tsc);

	if (log_size > LOG_SIZE_MAX) {
		pr_err("log_size=%u is more than %lu\n", log_size, LOG_SIZE_MAX);
		return -EINVAL;
	}
	if (poll_interval_ms < POLL_INTERVAL_MIN_MS ||
	    poll_interval_ms > POLL_INTERVAL_MAX_MS) {
		pr_err("poll_interval_ms=%u is not from %u to %u\n",
		       poll_interval_ms, POLL_INTERVAL_MIN_MS,
		       POLL_INTERVAL_MAX_MS);
		return -EINVAL;
	}
	if (error) {
		pr_err("parameters tsc_*: %s\n", error);
		return -EINVAL;
	}

	return 0;
}

static void announce(void)
{
	pr_info("version %s; pvclock: %s; clocksource_watchdog: %s\n",
		GUESTCLOCK_VERSION, guestclock_pvclock_observer.detail,
		guestclock_watchdog_observer.detail);
	if (!IS_ENABLED(CONFIG_DEBUG_FS))
		pr_info("no debugfs in this kernel: use the netlink family\n");
}

static int __init guestclock_init(void)
{
	struct guestclock_tsc_settings tsc = tsc_settings();
	int err;

	err = check_parameters(&tsc);
	if (err)
		return err;

	guestclock_wq = alloc_ordered_workqueue(KBUILD_MODNAME, 0);
	if (!guestclock_wq)
		return -ENOMEM;
	err = guestclock_cpu_calls_init();
	if (err)
		goto err_workqueue;
	err = guestclock_staging_init();
	if (err)
		goto err_cpu_calls;
	err = guestclock_log_init(log_size);
	if (err)
		goto err_staging;
	err = guestclock_pvclock_init(discontinuity_threshold_ns);
	if (err)
		goto err_log;
	err = guestclock_tsc_init(&tsc);
	if (err)
		goto err_pvclock;
	err = guestclock_hotplug_init();
	if (err)
		goto err_tsc;
	err = guestclock_clocksource_init();
	if (err)
		goto err_hotplug;
	guestclock_clocks_init();
	err = guestclock_watchdog_init(use_kprobes, watchdog_late_ms, watchdog_all_rounds);
	if (err)
		goto err_clocks;
	err = guestclock_restore_init();
	if (err)
		goto err_watchdog;
	/* A dump outlives its request, so nothing may fail once there are any. */
	err = guestclock_netlink_init();
	if (err)
		goto err_restore;
	guestclock_poll_start(poll_interval_ms);
	guestclock_tsc_sweep_start();
	guestclock_debugfs_init();
	announce();

	return 0;

err_restore:
	guestclock_restore_exit();
err_watchdog:
	guestclock_watchdog_exit();
err_clocks:
	guestclock_clocks_stop();
	guestclock_clocks_exit();
	guestclock_clocksource_exit();
	guestclock_staging_quiesce();
err_hotplug:
	guestclock_hotplug_exit();
err_tsc:
	guestclock_tsc_stop();
	guestclock_tsc_exit();
err_pvclock:
	guestclock_pvclock_exit();
err_log:
	guestclock_log_exit();
err_staging:
	guestclock_staging_exit();
err_cpu_calls:
	guestclock_cpu_calls_exit();
err_workqueue:
	destroy_workqueue(guestclock_wq);

	return err;
}

static void __exit guestclock_exit(void)
{
	guestclock_debugfs_exit();
	guestclock_tsc_stop();
	guestclock_poll_stop();
	guestclock_restore_exit();
	guestclock_watchdog_exit();
	guestclock_clocks_stop();
	guestclock_clocksource_exit();
	guestclock_hotplug_exit();
	guestclock_staging_quiesce();
	guestclock_log_drain();
	guestclock_netlink_exit();
	guestclock_clocks_exit();
	guestclock_tsc_exit();
	guestclock_pvclock_exit();
	guestclock_log_exit();
	guestclock_staging_exit();
	guestclock_cpu_calls_exit();
	destroy_workqueue(guestclock_wq);
}

module_init(guestclock_init);
module_exit(guestclock_exit);

MODULE_DESCRIPTION("Evidence about time inside a KVM guest: pvclock, TSC, clocksources");
MODULE_AUTHOR("The guestclock developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(GUESTCLOCK_VERSION);
