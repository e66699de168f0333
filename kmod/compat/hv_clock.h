/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_HV_CLOCK_H
#define GUESTCLOCK_COMPAT_HV_CLOCK_H

#include <linux/kconfig.h>
#include <linux/percpu.h>

#include <asm/kvm_para.h>
#include <asm/pvclock.h>

#if IS_ENABLED(CONFIG_KVM_GUEST)
#include <asm/kvmclock.h>
#endif

/**
 * guestclock_hv_clock() - a CPU's pvclock page as the kernel registered it
 * @cpu: the CPU
 *
 * Context: Any.
 * Return: the page, or NULL when the kernel has none for this CPU.
 */
static inline const struct pvclock_vcpu_time_info *
guestclock_hv_clock(unsigned int cpu)
{
#if IS_ENABLED(CONFIG_KVM_GUEST)
	struct pvclock_vsyscall_time_info *page = per_cpu(hv_clock_per_cpu, cpu);

	return page ? &page->pvti : NULL;
#else
	return NULL;
#endif
}

#endif /* GUESTCLOCK_COMPAT_HV_CLOCK_H */
