/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's side of the VM harness: starts the VMM, relays its console, and
 * does to it what a test in the guest asks for, with the host's own timestamps.
 */
#ifndef GUESTCLOCK_HOST_AGENT_H
#define GUESTCLOCK_HOST_AGENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct line_buffer - bytes of a stream until a line is whole
 * @data: what has come so far, not terminated
 * @used: bytes in @data
 */
struct line_buffer {
	char data[16384];
	size_t used;
};

/**
 * struct stamp - one moment on two clocks of the host
 * @realtime_ns: CLOCK_REALTIME
 * @raw_ns: CLOCK_MONOTONIC_RAW
 */
struct stamp {
	int64_t realtime_ns;
	int64_t raw_ns;
};

/**
 * struct clock_call - a call by which the VMM read or set a clock of the guest
 * @before: just before it; all 0 when there was none
 * @after: just after it
 * @clock_ns: the clock's value
 * @carried: set so that it goes on as if it had never stood still
 */
struct clock_call {
	struct stamp before;
	struct stamp after;
	int64_t clock_ns;
	bool carried;
};

/**
 * struct departure - how the guest's clocks stood when it was stopped
 * @clock_got: when kvm-clock was read for the last time
 * @left_raw_ns: CLOCK_MONOTONIC_RAW when a vCPU had been left for the last time by then
 * @tsc_got: the reads of vCPUs' TSCs by their values, owned
 */
struct departure {
	struct clock_call clock_got;
	int64_t left_raw_ns;
	json_t *tsc_got;
};

/**
 * struct vmm - one QEMU process
 * @pid: its process, 0 once reaped
 * @console: our end of the guest's first serial port
 * @control: our end of the guest's second serial port
 * @qmp: our end of its QMP monitor
 * @clock: our end of what is preloaded into it and sees its calls
 * @control_in: requests of the guest
 * @qmp_in: answers and events of the monitor
 * @clock_in: what @clock has said
 * @reply: the last answer to a command, owned, NULL when none has come
 * @stop_us: CLOCK_REALTIME of the last STOP event in us, by the VMM itself
 * @resume_us: the same of the last RESUME event
 * @departure: how the guest's clocks stood when it was stopped the last time
 * @clock_set: when kvm-clock was set the last time
 * @entered_raw_ns: CLOCK_MONOTONIC_RAW when a vCPU was entered for the first time after
 * @tsc_set: all writes of vCPUs' TSCs, an array, owned
 * @has_ended: the guest has switched itself off or reset itself
 * @was_reset: it did the latter, without being asked
 * @has_hung: it said that a CPU does not answer
 * @looked_at: that was looked into
 */
struct vmm {
	pid_t pid;
	int console;
	int control;
	int qmp;
	int clock;
	struct line_buffer control_in;
	struct line_buffer qmp_in;
	struct line_buffer clock_in;
	json_t *reply;
	int64_t stop_us;
	int64_t resume_us;
	struct departure departure;
	struct clock_call clock_set;
	int64_t entered_raw_ns;
	json_t *tsc_set;
	bool has_ended;
	bool was_reset;
	bool has_hung;
	bool looked_at;
};

/**
 * struct request - what the guest asks for
 * @id: a number of the guest's; its answer carries it
 * @action: word
 * @argument: the rest of the line, may be empty
 */
struct request {
	char id[32];
	char action[32];
	char argument[512];
};

/**
 * struct snapshot - a moment the guest can be brought back to
 * @name: the guest's name for it
 * @id: of the request that took it, empty when there is no snapshot
 * @restores: how often the guest was brought back
 * @saved_us: CLOCK_REALTIME at which the guest was stopped for it, in us
 * @departure: how the guest's clocks stood then
 */
struct snapshot {
	char name[512];
	char id[32];
	int restores;
	int64_t saved_us;
	struct departure departure;
};

/**
 * struct agent - all state
 * @vmm_args: the VMM's own command line, NULL-terminated
 * @vmm: the VMM that runs the guest
 * @incoming: the VMM that waits for a migration, NULL otherwise
 * @retired: the VMM that no longer runs the guest, freed by the main loop
 * @snapshot: the last one taken
 * @console_in: where input for the guest's console comes from, or -1
 * @console_out: where the guest's console goes
 * @log: where the log goes
 * @quiet_limit_ns: how long the guest's console may say nothing, 0 for any time
 * @heard_ns: CLOCK_MONOTONIC_RAW when it said something, or when an action ended
 * @quiet_looked_at: it has said nothing since that was looked into
 */
struct agent {
	char **vmm_args;
	struct vmm *vmm;
	struct vmm *incoming;
	struct vmm *retired;
	struct snapshot snapshot;
	int console_in;
	int console_out;
	int log;
	int64_t quiet_limit_ns;
	int64_t heard_ns;
	bool quiet_looked_at;
};

/* vmm.c */
struct vmm *vmm_start(struct agent *agent, const char *option, const char *value);
void vmm_kill(struct vmm *vmm);
void vmm_free(struct vmm *vmm);

/* pin.c */
void vmm_pin(struct agent *agent, struct vmm *vmm);

/* pump.c */
int pump(struct agent *agent, int timeout_ms);
int pump_requests(struct agent *agent, int timeout_ms);
int pump_until(struct agent *agent, int64_t raw_ns);

/* qmp.c */
json_t *qmp_command(struct agent *agent, struct vmm *vmm, const char *name, json_t *arguments);
int qmp_handshake(struct agent *agent, struct vmm *vmm);
void qmp_line(struct agent *agent, struct vmm *vmm, const char *line);

/* post_mortem.c */
void guest_ended(struct agent *agent, struct vmm *vmm);
void guest_hung(struct agent *agent, struct vmm *vmm);
void guest_quiet(struct agent *agent);
int ms_until_quiet(const struct agent *agent);
bool tells_of_a_hang(const char *text, size_t size);

/* request.c */
void request_line(struct agent *agent, const char *line);

/* migrate.c */
json_t *action_migrate(struct agent *agent);

/* clock.c */
void clock_line(struct agent *agent, struct vmm *vmm, const char *line);
void keep_departure(struct departure *to, const struct departure *from);
void put_clock_truth(struct agent *agent, json_t *answer, const struct departure *from,
		     struct stamp since);

/* vcpu.c */
json_t *action_vcpustop(struct agent *agent, int cpu, int64_t length_ns);

/* restore.c */
json_t *action_savevm(struct agent *agent, struct request *request);
json_t *action_loadvm(struct agent *agent, struct request *request, bool new_vmm);

/* log.c */
struct stamp stamp_now(void);
void log_record(struct agent *agent, const char *what, json_t *detail);
void put_ns(json_t *object, const char *key, int64_t ns);
void put_span(json_t *object, struct stamp begin, struct stamp end);

#endif
