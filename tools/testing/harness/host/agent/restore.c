// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots of the guest, and going back to one. The guest that asks for a
 * snapshot waits in it for the answer, so every continuation gets one of its
 * own, as from setjmp(); the guest that goes back gets none.
 */
#include "agent.h"

#include <stdio.h>
#include <string.h>

/* How long saving or loading may take, in ns. */
#define JOB_TIMEOUT_NS INT64_C(120000000000)
/* The disk that takes part, as boot.sh names it. Others keep what they have. */
#define DISK_NODE "disk"

static json_t *failure(const char *reason, const char *said)
{
	return json_pack("{s:s, s:s}", "error", reason, "vmm", said ? said : "");
}

static const char *error_of(json_t *reply)
{
	return json_string_value(json_object_get(json_object_get(reply, "error"), "desc"));
}

/*
 * await_job() - until the one job there is has ended; its entry of query-jobs,
 * owned by the caller, NULL when it did not end
 */
static json_t *await_job(struct agent *agent)
{
	int64_t deadline = stamp_now().raw_ns + JOB_TIMEOUT_NS;

	while (stamp_now().raw_ns < deadline) {
		json_t *reply = qmp_command(agent, agent->vmm, "query-jobs", NULL);
		json_t *job = json_array_get(json_object_get(reply, "return"), 0);
		const char *status = json_string_value(json_object_get(job, "status"));

		if (status && !strcmp(status, "concluded"))
			json_incref(job);
		else
			job = NULL;
		json_decref(reply);
		if (job)
			return job;
		if (pump_until(agent, stamp_now().raw_ns + 20000000))
			return NULL;
	}
	return NULL;
}

/* run_job() - snapshot-save or snapshot-load; NULL, or the answer that says why not */
static json_t *run_job(struct agent *agent, const char *command, const char *name)
{
	json_t *reply, *job, *answer = NULL;
	const char *said;

	reply = qmp_command(agent, agent->vmm, command,
			    json_pack("{s:s, s:s, s:s, s:[s]}", "job-id", "snapshot", "tag", name,
				      "vmstate", DISK_NODE, "devices", DISK_NODE));
	if (!json_object_get(reply, "return")) {
		answer = failure("the VMM refused", error_of(reply));
		json_decref(reply);
		return answer;
	}
	json_decref(reply);
	job = await_job(agent);
	if (!job)
		return failure("the VMM did not finish", NULL);
	said = json_string_value(json_object_get(job, "error"));
	if (said)
		answer = failure("the VMM failed", said);
	json_decref(job);
	json_decref(qmp_command(agent, agent->vmm, "job-dismiss",
				json_pack("{s:s}", "id", "snapshot")));
	return answer;
}

static json_t *account(struct agent *agent, struct stamp begin, const char *how)
{
	json_t *answer = json_object();

	put_span(answer, begin, stamp_now());
	json_object_set_new(answer, "name", json_string(agent->snapshot.name));
	json_object_set_new(answer, "restores", json_integer(agent->snapshot.restores));
	json_object_set_new(answer, "how", json_string(how));
	put_ns(answer, "saved_realtime_ns", agent->snapshot.saved_us * 1000);
	put_ns(answer, "resume_realtime_ns", agent->vmm->resume_us * 1000);
	put_clock_truth(agent, answer, &agent->snapshot.departure, begin);
	return answer;
}

/**
 * action_savevm() - take a snapshot of the guest and its disk
 * @agent: the agent, which remembers one snapshot
 * @request: what the guest asked for; its id answers in every continuation
 *
 * Return: the answer for the guest, with "restores" 0.
 */
json_t *action_savevm(struct agent *agent, struct request *request)
{
	struct stamp begin = stamp_now();
	json_t *answer;

	answer = run_job(agent, "snapshot-save", request->argument);
	if (answer)
		return answer;
	keep_departure(&agent->snapshot.departure, &agent->vmm->departure);
	agent->snapshot.restores = 0;
	snprintf(agent->snapshot.name, sizeof(agent->snapshot.name), "%s", request->argument);
	snprintf(agent->snapshot.id, sizeof(agent->snapshot.id), "%s", request->id);
	agent->snapshot.saved_us = agent->vmm->stop_us;
	return account(agent, begin, "savevm");
}

/*
 * replace_vmm() - a new VMM, its guest not started, in the place of the old one,
 * which has to go first: it holds the disk. The request being served is still
 * in a buffer of the old one, so that is freed later.
 */
static int replace_vmm(struct agent *agent)
{
	/* What the guest said last is still on its way. */
	pump_until(agent, stamp_now().raw_ns + 200000000);
	vmm_kill(agent->vmm);
	agent->retired = agent->vmm;
	agent->vmm = vmm_start(agent, "-S", NULL);
	if (!agent->vmm) {
		agent->vmm = agent->retired;
		agent->retired = NULL;
		return -1;
	}
	if (qmp_handshake(agent, agent->vmm))
		return -1;
	vmm_pin(agent, agent->vmm);
	return 0;
}

/**
 * action_loadvm() - bring the guest back to the snapshot
 * @agent: the agent
 * @request: what the guest asked for, a snapshot's name; becomes the request for the
 *	snapshot, which is answered again
 * @new_vmm: in a new VMM, as after the end of the old one, which also gives
 *	the guest a new generation id; else in the VMM that runs it
 *
 * Return: the answer for the guest, with the number of restores until now.
 */
json_t *action_loadvm(struct agent *agent, struct request *request, bool new_vmm)
{
	struct stamp begin = stamp_now();
	json_t *answer, *reply;

	if (!agent->snapshot.id[0] || strcmp(agent->snapshot.name, request->argument))
		return failure("there is no snapshot of that name", NULL);
	if (new_vmm && replace_vmm(agent))
		return failure("the new VMM did not start", NULL);
	answer = run_job(agent, "snapshot-load", agent->snapshot.name);
	if (answer)
		return answer;
	reply = new_vmm ? qmp_command(agent, agent->vmm, "cont", NULL) : NULL;
	json_decref(reply);
	agent->snapshot.restores++;
	snprintf(request->id, sizeof(request->id), "%s", agent->snapshot.id);
	snprintf(request->action, sizeof(request->action), "savevm");
	return account(agent, begin, new_vmm ? "restore" : "loadvm");
}
