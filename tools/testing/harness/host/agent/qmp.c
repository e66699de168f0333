// SPDX-License-Identifier: GPL-2.0-only
/* The VMM's monitor: commands with their answers, events with their times. */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long the VMM may take to answer a command, in ns. */
#define QMP_TIMEOUT_NS INT64_C(30000000000)

static void shut_down(struct vmm *vmm, json_t *data)
{
	const char *reason = json_string_value(json_object_get(data, "reason"));

	vmm->has_ended = true;
	vmm->was_reset = reason && !strcmp(reason, "guest-reset");
}

static void qmp_event(struct agent *agent, struct vmm *vmm, json_t *message)
{
	const char *name = json_string_value(json_object_get(message, "event"));
	json_t *time = json_object_get(message, "timestamp");
	int64_t us;

	us = json_integer_value(json_object_get(time, "seconds")) * INT64_C(1000000) +
	     json_integer_value(json_object_get(time, "microseconds"));
	if (!strcmp(name, "STOP"))
		vmm->stop_us = us;
	else if (!strcmp(name, "RESUME"))
		vmm->resume_us = us;
	else if (!strcmp(name, "SHUTDOWN"))
		shut_down(vmm, json_object_get(message, "data"));
	log_record(agent, "qmp-event", message);
}

/**
 * qmp_line() - take one line of the monitor
 * @agent: the agent
 * @vmm: whose monitor it is
 * @line: JSON text
 */
void qmp_line(struct agent *agent, struct vmm *vmm, const char *line)
{
	json_t *message = json_loads(line, 0, NULL);

	if (!message)
		return;
	if (json_is_string(json_object_get(message, "event"))) {
		qmp_event(agent, vmm, message);
		json_decref(message);
		return;
	}
	json_decref(vmm->reply);
	vmm->reply = message;
}

/* await_reply() - the next answer, owned by the caller, NULL on a timeout */
static json_t *await_reply(struct agent *agent, struct vmm *vmm)
{
	int64_t deadline = stamp_now().raw_ns + QMP_TIMEOUT_NS;
	json_t *reply;

	while (!vmm->reply) {
		if (stamp_now().raw_ns > deadline || pump(agent, 100))
			return NULL;
	}
	reply = vmm->reply;
	vmm->reply = NULL;
	return reply;
}

/**
 * qmp_command() - give a command and wait for its answer
 * @agent: the agent
 * @vmm: whom to ask
 * @name: the command
 * @arguments: its arguments, taken over, may be NULL
 *
 * Return: the whole answer ("return" or "error" inside), owned by the caller;
 * NULL when none came.
 */
json_t *qmp_command(struct agent *agent, struct vmm *vmm, const char *name, json_t *arguments)
{
	json_t *command = json_object();
	char *text;
	int failed;

	json_object_set_new(command, "execute", json_string(name));
	if (arguments)
		json_object_set_new(command, "arguments", arguments);
	text = json_dumps(command, JSON_COMPACT);
	json_decref(command);
	json_decref(vmm->reply);
	vmm->reply = NULL;
	failed = !text || dprintf(vmm->qmp, "%s\n", text) < 0;
	free(text);
	return failed ? NULL : await_reply(agent, vmm);
}

/**
 * qmp_handshake() - take the greeting and leave negotiation mode
 * @agent: the agent
 * @vmm: a VMM just started
 *
 * Return: 0, or -1 when the monitor does not answer.
 */
int qmp_handshake(struct agent *agent, struct vmm *vmm)
{
	json_t *greeting = await_reply(agent, vmm);
	json_t *reply;
	int result;

	if (!greeting)
		return -1;
	json_decref(greeting);
	reply = qmp_command(agent, vmm, "qmp_capabilities", NULL);
	result = reply && json_object_get(reply, "return") ? 0 : -1;
	json_decref(reply);
	return result;
}
