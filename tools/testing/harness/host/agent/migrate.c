// SPDX-License-Identifier: GPL-2.0-only
/* Live migration into a second VMM on the same host. */
#include "agent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How long a migration may take, in ns. */
#define MIGRATE_TIMEOUT_NS INT64_C(120000000000)

static json_t *give_up(struct agent *agent, const char *reason, json_t *reply)
{
	const char *said = json_string_value(json_object_get(json_object_get(reply, "error"),
							     "desc"));
	json_t *answer;

	if (!said)
		said = json_string_value(json_object_get(json_object_get(reply, "return"),
							 "error-desc"));
	answer = json_pack("{s:s, s:s}", "error", reason, "vmm", said ? said : "");
	json_decref(reply);
	vmm_free(agent->incoming);
	agent->incoming = NULL;
	return answer;
}

/* await_completion() - query until done; the last answer, owned by the caller */
static json_t *await_completion(struct agent *agent, bool *completed)
{
	int64_t deadline = stamp_now().raw_ns + MIGRATE_TIMEOUT_NS;

	for (;;) {
		json_t *reply = qmp_command(agent, agent->vmm, "query-migrate", NULL);
		json_t *info = json_object_get(reply, "return");
		const char *status = json_string_value(json_object_get(info, "status"));

		*completed = status && !strcmp(status, "completed");
		if (*completed || !status || !strcmp(status, "failed") ||
		    stamp_now().raw_ns > deadline)
			return reply;
		json_decref(reply);
		if (pump_until(agent, stamp_now().raw_ns + 50000000))
			return NULL;
	}
}

/* await_resume() - until the new VMM runs the guest */
static int await_resume(struct agent *agent)
{
	int64_t deadline = stamp_now().raw_ns + MIGRATE_TIMEOUT_NS;

	while (!agent->incoming->resume_us) {
		if (stamp_now().raw_ns > deadline || pump(agent, 100))
			return -1;
	}
	return 0;
}

/*
 * change_over() - the new VMM takes the old one's place. The request being
 * served is still in a buffer of the old one, so that is freed later.
 */
static void change_over(struct agent *agent)
{
	vmm_kill(agent->vmm);
	agent->retired = agent->vmm;
	agent->vmm = agent->incoming;
	agent->incoming = NULL;
}

/**
 * action_migrate() - migrate the guest
 * @agent: the agent; the new VMM is its VMM afterwards
 *
 * Return: the answer for the guest. The downtime is the time from the old
 * VMM's STOP event to the new one's RESUME event, on one clock.
 */
json_t *action_migrate(struct agent *agent)
{
	struct stamp begin = stamp_now(), end;
	char path[64], uri[80];
	json_t *answer, *reply;
	int64_t stop_us;
	bool completed;

	snprintf(path, sizeof(path), "/tmp/guestclock-migrate.%d", getpid());
	snprintf(uri, sizeof(uri), "unix:%s", path);
	unlink(path);
	agent->incoming = vmm_start(agent, "-incoming", uri);
	if (!agent->incoming || qmp_handshake(agent, agent->incoming))
		return give_up(agent, "the second VMM did not start", NULL);
	vmm_pin(agent, agent->incoming);
	reply = qmp_command(agent, agent->vmm, "migrate", json_pack("{s:s}", "uri", uri));
	if (!json_object_get(reply, "return"))
		return give_up(agent, "the VMM refused to migrate", reply);
	json_decref(reply);
	reply = await_completion(agent, &completed);
	if (!completed)
		return give_up(agent, "the migration failed", reply);
	json_decref(reply);
	if (await_resume(agent))
		return give_up(agent, "the second VMM did not resume", NULL);
	stop_us = agent->vmm->stop_us;
	change_over(agent);
	end = stamp_now();
	unlink(path);

	answer = json_object();
	put_span(answer, begin, end);
	put_ns(answer, "stop_realtime_ns", stop_us * 1000);
	put_ns(answer, "resume_realtime_ns", agent->vmm->resume_us * 1000);
	json_object_set_new(answer, "duration_ns",
			    json_integer((agent->vmm->resume_us - stop_us) * 1000));
	put_clock_truth(agent, answer, &agent->retired->departure, begin);
	return answer;
}
