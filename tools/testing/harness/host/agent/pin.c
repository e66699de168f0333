// SPDX-License-Identifier: GPL-2.0-only
/* One CPU of the host for each vCPU. */
#include "agent.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static void pin_thread(pid_t thread, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(thread, sizeof(cpus), &cpus))
		fprintf(stderr, "guestclock-vm: cannot pin a vCPU: %s\n",
			strerror(errno));
}

/* nth_cpu() - the CPU at that place of a set, which has more */
static int nth_cpu(const cpu_set_t *cpus, int place)
{
	int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE - 1; cpu++) {
		if (CPU_ISSET(cpu, cpus) && !place--)
			break;
	}
	return cpu;
}

/**
 * vmm_pin() - keep the vCPUs of a guest off each other's CPUs
 * @agent: the agent
 * @vmm: the VMM, after qmp_handshake()
 *
 * Two vCPUs on one CPU never run at the same time, and then their TSCs cannot
 * be compared to better than a time slice. The host has no balance to speak of
 * when its own CPUs come and go. CPUs that the VMM was not given stay without.
 */
void vmm_pin(struct agent *agent, struct vmm *vmm)
{
	json_t *reply = qmp_command(agent, vmm, "query-cpus-fast", NULL);
	json_t *vcpu, *thread;
	cpu_set_t cpus;
	size_t i;

	if (sched_getaffinity(vmm->pid, sizeof(cpus), &cpus))
		CPU_ZERO(&cpus);
	json_array_foreach(json_object_get(reply, "return"), i, vcpu) {
		thread = json_object_get(vcpu, "thread-id");
		if (thread && CPU_COUNT(&cpus))
			pin_thread(json_integer_value(thread),
				   nth_cpu(&cpus, i % CPU_COUNT(&cpus)));
	}
	json_decref(reply);
}
