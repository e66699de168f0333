// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests that end, hang or fall silent. A guest that resets itself, as a
 * triple fault does, says nothing, and one whose vCPU has stopped cannot tell
 * why: what the vCPUs are at goes to the log while they are still there.
 */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_WORDS 64

/* What a kernel prints when a CPU of its own does not answer. */
static const char *const signs_of_a_hang[] = { "soft lockup", "detected stalls", NULL };

/* ask_monitor() - log the answer to a command for people, owned by the caller */
static json_t *ask_monitor(struct agent *agent, struct vmm *vmm, int cpu, const char *command)
{
	json_t *reply = qmp_command(agent, vmm, "human-monitor-command",
				    json_pack("{s:s, s:i}", "command-line", command,
					      "cpu-index", cpu));
	json_t *text = json_incref(json_object_get(reply, "return"));

	json_decref(reply);
	if (!json_is_string(text)) {
		json_decref(text);
		return NULL;
	}
	log_record(agent, "vcpu", json_pack("{s:i, s:s, s:O}", "cpu", cpu, "command", command,
					    "answer", text));
	return text;
}

static void log_stack(struct agent *agent, struct vmm *vmm, int cpu, const char *registers)
{
	const char *rsp = strstr(registers, "RSP=");
	char command[64];

	if (!rsp)
		return;
	snprintf(command, sizeof(command), "x/%dgx 0x%.16s", STACK_WORDS, rsp + strlen("RSP="));
	json_decref(ask_monitor(agent, vmm, cpu, command));
}

/* log_thread() - where the vCPU's thread is in the kernel of its host */
static void log_thread(struct agent *agent, int cpu, int thread)
{
	char path[64], stack[4096];
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stack", thread);
	file = fopen(path, "r");
	if (!file)
		return;
	size = fread(stack, 1, sizeof(stack) - 1, file);
	stack[size] = '\0';
	fclose(file);
	log_record(agent, "vcpu-thread", json_pack("{s:i, s:s}", "cpu", cpu, "stack", stack));
}

/* post_mortem() - log what every vCPU is at, and why it was looked at */
static void post_mortem(struct agent *agent, struct vmm *vmm, const char *reason)
{
	json_t *detail = json_pack("{s:s}", "reason", reason);
	json_t *reply, *cpus, *entry, *registers;
	size_t cpu;

	log_record(agent, "post-mortem", detail);
	json_decref(detail);
	reply = qmp_command(agent, vmm, "query-cpus-fast", NULL);
	cpus = json_object_get(reply, "return");
	json_array_foreach(cpus, cpu, entry) {
		registers = ask_monitor(agent, vmm, cpu, "info registers");
		if (registers)
			log_stack(agent, vmm, cpu, json_string_value(registers));
		json_decref(registers);
		json_decref(ask_monitor(agent, vmm, cpu, "info lapic"));
		log_thread(agent, cpu,
			   json_integer_value(json_object_get(entry, "thread-id")));
	}
	json_decref(reply);
}

/**
 * tells_of_a_hang() - whether the guest says that a CPU of its has stopped
 * @text: what it printed
 * @size: bytes
 */
bool tells_of_a_hang(const char *text, size_t size)
{
	const char *const *sign;

	for (sign = signs_of_a_hang; *sign; sign++) {
		if (memmem(text, size, *sign, strlen(*sign)))
			return true;
	}
	return false;
}

/**
 * guest_ended() - end a VMM whose guest has ended, and log how if unasked
 * @agent: the agent
 * @vmm: the VMM, which runs with -no-shutdown and has stopped the guest
 */
void guest_ended(struct agent *agent, struct vmm *vmm)
{
	if (vmm->was_reset)
		post_mortem(agent, vmm, "reset");
	json_decref(qmp_command(agent, vmm, "quit", NULL));
}

/**
 * guest_hung() - log once what a guest is at that says that a CPU of its has stopped
 * @agent: the agent
 * @vmm: the VMM
 */
void guest_hung(struct agent *agent, struct vmm *vmm)
{
	if (vmm->looked_at)
		return;
	vmm->looked_at = true;
	post_mortem(agent, vmm, "hang");
}

/**
 * ms_until_quiet() - when guest_quiet() has something to do
 * @agent: the agent
 *
 * Return: milliseconds from now, not negative; -1 when that needs a word of the guest.
 */
int ms_until_quiet(const struct agent *agent)
{
	int64_t left = agent->heard_ns + agent->quiet_limit_ns - stamp_now().raw_ns;

	if (!agent->quiet_limit_ns || agent->quiet_looked_at)
		return -1;
	return left > 0 ? left / 1000000 + 1 : 0;
}

/**
 * guest_quiet() - log what a guest is at that has said nothing for too long
 * @agent: the agent
 *
 * Once, until it says something again.
 */
void guest_quiet(struct agent *agent)
{
	if (ms_until_quiet(agent))
		return;
	agent->quiet_looked_at = true;
	post_mortem(agent, agent->vmm, "silence");
}
