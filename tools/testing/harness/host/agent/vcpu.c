// SPDX-License-Identifier: GPL-2.0-only
/*
 * One vCPU that does not run, while the others do. A signal would stop the whole
 * process, so its thread is held as a debugger holds it.
 */
#include "agent.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* vcpu_thread() - the thread of a vCPU, 0 when there is none */
static pid_t vcpu_thread(struct agent *agent, int cpu)
{
	json_t *reply = qmp_command(agent, agent->vmm, "query-cpus-fast", NULL);
	json_t *vcpus = json_object_get(reply, "return");
	pid_t thread = 0;
	json_t *vcpu;
	size_t i;

	json_array_foreach(vcpus, i, vcpu) {
		if (json_integer_value(json_object_get(vcpu, "cpu-index")) == cpu)
			thread = json_integer_value(json_object_get(vcpu, "thread-id"));
	}
	json_decref(reply);
	return thread;
}

/* hold() - stop a thread; false when it cannot be, errno says why */
static bool hold(pid_t thread)
{
	int status;

	if (ptrace(PTRACE_SEIZE, thread, NULL, NULL))
		return false;
	return !ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) &&
	       waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status);
}

/**
 * action_vcpustop() - keep one vCPU from running
 * @agent: the agent
 * @cpu: its number
 * @length_ns: for how long
 *
 * Return: the answer for the guest.
 */
json_t *action_vcpustop(struct agent *agent, int cpu, int64_t length_ns)
{
	pid_t thread = vcpu_thread(agent, cpu);
	struct stamp begin, end;
	json_t *answer;

	if (!thread)
		return json_pack("{s:s}", "error", "no such vCPU");
	if (!hold(thread))
		return json_pack("{s:s, s:s}", "error", "the vCPU cannot be stopped",
				 "errno", strerror(errno));
	begin = stamp_now();
	pump_until(agent, begin.raw_ns + length_ns);
	end = stamp_now();
	ptrace(PTRACE_DETACH, thread, NULL, NULL);

	answer = json_object();
	put_span(answer, begin, end);
	json_object_set_new(answer, "duration_ns", json_integer(end.raw_ns - begin.raw_ns));
	return answer;
}
