// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests that end or hang without a word. A guest that resets itself, as a
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

/**
 * log_vcpus() - log what every vCPU is at
 * @agent: the agent
 * @vmm: the VMM
 */
void log_vcpus(struct agent *agent, struct vmm *vmm)
{
	json_t *reply = qmp_command(agent, vmm, "query-cpus-fast", NULL);
	json_t *cpus = json_object_get(reply, "return");
	json_t *entry, *registers;
	size_t cpu;

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
		log_vcpus(agent, vmm);
	json_decref(qmp_command(agent, vmm, "quit", NULL));
}
