// SPDX-License-Identifier: GPL-2.0-only
/* One CPU of the host for each vCPU. */
#include "agent.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void pin_thread(pid_t thread, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(thread, sizeof(cpus), &cpus))
		fprintf(stderr, "guestclock-vm: cannot pin a vCPU: %s\n",
			strerror(errno));
}

/**
 * vmm_pin() - keep the vCPUs of a guest off each other's CPUs
 * @agent: the agent
 * @vmm: the VMM, after qmp_handshake()
 *
 * Two vCPUs on one CPU never run at the same time, and then their TSCs cannot
 * be compared to better than a time slice. The host has no balance to speak of
 * when its own CPUs come and go.
 */
void vmm_pin(struct agent *agent, struct vmm *vmm)
{
	json_t *reply = qmp_command(agent, vmm, "query-cpus-fast", NULL);
	long host_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	json_t *vcpu, *thread;
	size_t i;

	json_array_foreach(json_object_get(reply, "return"), i, vcpu) {
		thread = json_object_get(vcpu, "thread-id");
		if (thread && host_cpus > 0)
			pin_thread(json_integer_value(thread), i % host_cpus);
	}
	json_decref(reply);
}
