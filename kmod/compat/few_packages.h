/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_FEW_PACKAGES_H
#define GUESTCLOCK_COMPAT_FEW_PACKAGES_H

#include <linux/nodemask.h>
#include <linux/topology.h>
#include <linux/version.h>

#include <asm/topology.h>

/**
 * guestclock_few_packages() - whether the kernel trusts a good TSC across them
 *
 * As in check_system_tsc_reliable() (arch/x86/kernel/tsc.c), where the CPU's
 * features are the rest of the rule.
 *
 * Context: Any.
 * Return: whether they are few enough.
 */
static inline bool guestclock_few_packages(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	return topology_max_packages() <= 4;
#else
	return num_online_nodes() <= 2;
#endif
}

#endif /* GUESTCLOCK_COMPAT_FEW_PACKAGES_H */
