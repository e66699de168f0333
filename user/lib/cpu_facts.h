/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CPU_FACTS_H
#define GUESTCLOCK_CPU_FACTS_H

#include <stdbool.h>
#include <stdio.h>

/**
 * struct gc_cpu_facts - What the CPU tells of itself, as far as clocks are concerned.
 * @known: the kernel's list of its features was found
 * @is_kvm: the hypervisor says that it is KVM
 * @constant_tsc: the TSC keeps its rate in all performance states
 * @nonstop_tsc: it goes on in all sleep states
 * @tsc_adjust: there is an IA32_TSC_ADJUST
 * @tsc_known_freq: the CPU or the hypervisor tells the TSC's frequency
 */
struct gc_cpu_facts {
	bool known;
	bool is_kvm;
	bool constant_tsc;
	bool nonstop_tsc;
	bool tsc_adjust;
	bool tsc_known_freq;
};

void gc_cpu_facts_parse(struct gc_cpu_facts *facts, FILE *cpuinfo);
void gc_cpu_facts_read(struct gc_cpu_facts *facts);

#endif /* GUESTCLOCK_CPU_FACTS_H */
