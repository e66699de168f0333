// SPDX-License-Identifier: GPL-2.0-only
/* What a test may ask of the host: "ID ACTION [ARGUMENT]", one JSON line back. */
#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* The longest pause a test may ask for, in seconds. */
#define MAX_SECONDS 600.0

static json_t *failure(const char *reason)
{
	return json_pack("{s:s}", "error", reason);
}

/* seconds_ns() - a positive number of seconds as ns, 0 when it is none */
static int64_t seconds_ns(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds > 0 && seconds <= MAX_SECONDS))
		return 0;
	return seconds * 1e9;
}

static bool qmp_ok(struct agent *agent, const char *command)
{
	json_t *reply = qmp_command(agent, agent->vmm, command, NULL);
	bool ok = reply && json_object_get(reply, "return");

	json_decref(reply);
	return ok;
}

/*
 * The VMM stamps STOP when the last vCPU stands still and RESUME just before
 * the first one runs, so the time between is the pause; begin and end enclose
 * it with the commands' own cost.
 */
static json_t *action_pause(struct agent *agent, const char *argument)
{
	int64_t length = seconds_ns(argument);
	struct stamp begin, end;
	json_t *answer;

	if (!length)
		return failure("pause needs a number of seconds, at most 600");
	begin = stamp_now();
	if (!qmp_ok(agent, "stop"))
		return failure("the VMM did not stop");
	if (pump_until(agent, stamp_now().raw_ns + length))
		return failure("the VMM ended during the pause");
	if (!qmp_ok(agent, "cont"))
		return failure("the VMM did not continue");
	end = stamp_now();

	answer = json_object();
	put_span(answer, begin, end);
	put_ns(answer, "stop_realtime_ns", agent->vmm->stop_us * 1000);
	put_ns(answer, "resume_realtime_ns", agent->vmm->resume_us * 1000);
	json_object_set_new(answer, "duration_ns",
			    json_integer((agent->vmm->resume_us - agent->vmm->stop_us) * 1000));
	put_clock_truth(agent, answer, &agent->vmm->departure, begin);
	return answer;
}

/* Not pumped meanwhile: a stopped process says nothing. */
static json_t *action_sigstop(struct agent *agent, const char *argument)
{
	int64_t length = seconds_ns(argument);
	struct stamp begin, end;
	json_t *answer;
	int status;

	if (!length)
		return failure("sigstop needs a number of seconds, at most 600");
	if (kill(agent->vmm->pid, SIGSTOP) ||
	    waitpid(agent->vmm->pid, &status, WUNTRACED) < 0)
		return failure(strerror(errno));
	begin = stamp_now();
	if (!WIFSTOPPED(status))
		return failure("the VMM ended instead of stopping");
	pump_until(agent, begin.raw_ns + length);
	end = stamp_now();
	kill(agent->vmm->pid, SIGCONT);

	answer = json_object();
	put_span(answer, begin, end);
	json_object_set_new(answer, "duration_ns", json_integer(end.raw_ns - begin.raw_ns));
	return answer;
}

/* stop_vcpu() - "CPU SECONDS" */
static json_t *stop_vcpu(struct agent *agent, const char *argument)
{
	char *seconds;
	long cpu = strtol(argument, &seconds, 10);
	int64_t length = *seconds == ' ' ? seconds_ns(seconds + 1) : 0;

	if (cpu < 0 || !length)
		return failure("vcpustop needs a vCPU and a number of seconds, at most 600");
	return action_vcpustop(agent, cpu, length);
}

static json_t *action_log(const char *argument)
{
	struct stamp now = stamp_now();
	json_t *answer = json_object();

	put_span(answer, now, now);
	json_object_set_new(answer, "text", json_string(argument));
	return answer;
}

static json_t *perform(struct agent *agent, struct request *request)
{
	const char *action = request->action;

	if (!strcmp(action, "pause"))
		return action_pause(agent, request->argument);
	if (!strcmp(action, "sigstop"))
		return action_sigstop(agent, request->argument);
	if (!strcmp(action, "vcpustop"))
		return stop_vcpu(agent, request->argument);
	if (!strcmp(action, "migrate"))
		return action_migrate(agent);
	if (!strcmp(action, "savevm"))
		return action_savevm(agent, request);
	if (!strcmp(action, "loadvm"))
		return action_loadvm(agent, request, false);
	if (!strcmp(action, "restore"))
		return action_loadvm(agent, request, true);
	if (!strcmp(action, "log"))
		return action_log(request->argument);
	return failure("unknown action: pause SECONDS, sigstop SECONDS, "
		       "vcpustop CPU SECONDS, migrate, "
		       "savevm NAME, loadvm NAME, restore NAME, log TEXT");
}

/* send_answer() - log the answer and give it to the guest, wherever it runs now */
static void send_answer(struct agent *agent, const struct request *request, json_t *answer)
{
	json_t *whole = json_object();
	char *text;

	json_object_set_new(whole, "id", json_string(request->id));
	json_object_set_new(whole, "action", json_string(request->action));
	json_object_update(whole, answer);
	log_record(agent, "action-end", whole);
	text = json_dumps(whole, JSON_COMPACT);
	if (!text || dprintf(agent->vmm->control, "%s\n", text) < 0)
		perror("host agent: cannot answer the guest");
	free(text);
	json_decref(whole);
}

/**
 * request_line() - do what the guest asks for
 * @agent: the agent
 * @line: "ID ACTION [ARGUMENT]"; anything else, such as an echo of an answer,
 *	is ignored
 */
void request_line(struct agent *agent, const char *line)
{
	struct request request = {};
	json_t *record, *answer;

	if (sscanf(line, "%31[0-9-] %31[a-z] %511[^\r\n]", request.id, request.action,
		   request.argument) < 2)
		return;
	record = json_pack("{s:s, s:s, s:s}", "id", request.id, "action", request.action,
			   "argument", request.argument);
	log_record(agent, "action-begin", record);
	json_decref(record);
	answer = perform(agent, &request);
	send_answer(agent, &request, answer);
	json_decref(answer);
	agent->heard_ns = stamp_now().raw_ns;
}
