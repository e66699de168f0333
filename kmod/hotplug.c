// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU hotplug: what was known of a CPU ends when it goes offline, and is learnt
 * anew when it comes back.
 */

#include <linux/cpuhotplug.h>

#include "hotplug.h"
#include "pvclock.h"
#include "tsc.h"

static enum cpuhp_state state;

static int cpu_came_online(unsigned int cpu)
{
	guestclock_pvclock_arrived(cpu);

	return 0;
}

static int cpu_going_offline(unsigned int cpu)
{
	guestclock_pvclock_forget(cpu);
	guestclock_tsc_forget(cpu);

	return 0;
}

/**
 * guestclock_hotplug_init() - follow CPUs that come and go
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_hotplug_init(void)
{
	int ret;

	ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					"guestclock:online", cpu_came_online,
					cpu_going_offline);
	if (ret < 0)
		return ret;
	state = ret;

	return 0;
}

/**
 * guestclock_hotplug_exit() - stop following
 *
 * Context: Process, may sleep.
 */
void guestclock_hotplug_exit(void)
{
	cpuhp_remove_state_nocalls(state);
}
