/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_TSC_TRUST_H
#define GUESTCLOCK_COMPAT_TSC_TRUST_H

#include <linux/clocksource.h>
#include <linux/nodemask.h>
#include <linux/topology.h>
#include <linux/version.h>

#include <asm/topology.h>

/*
 * What makes the kernel verify a TSC that it could trust. Until the watchdog was
 * written anew in 7.x that option only made it verify other clocksources by the TSC.
 */
#ifdef CLOCK_SOURCE_CALIBRATED
#define GUESTCLOCK_UNLESS_TSC_OPTION	", unless tsc=watchdog is on its command line"
#else
#define GUESTCLOCK_UNLESS_TSC_OPTION	""
#endif

/**
 * guestclock_few_packages() - whether the machine is small enough to trust its TSC
 *
 * The kernel's condition in check_system_tsc_reliable(), which went from nodes to
 * packages.
 *
 * Context: Any.
 * Return: whether it is.
 */
static inline bool guestclock_few_packages(void)
{
#if KERNEL_VERSION(6, 3, 0) > LINUX_VERSION_CODE
	return nr_online_nodes <= 2;
#else
	return topology_max_packages() <= 4;
#endif
}

#endif /* GUESTCLOCK_COMPAT_TSC_TRUST_H */
