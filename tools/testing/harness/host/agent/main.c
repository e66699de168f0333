// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: host-agent [-q SECONDS] CONSOLE LOG VMM-COMMAND...
 *
 * -q: when the guest's console says nothing for so long, look what its vCPUs are at.
 * CONSOLE is a file or a character device for the guest's console, "-" for
 * standard input and output. LOG gets JSON lines. Ends when the VMM does.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_console(struct agent *agent, const char *path)
{
	struct stat info;

	agent->console_in = -1;
	if (!strcmp(path, "-")) {
		agent->console_in = STDIN_FILENO;
		agent->console_out = STDOUT_FILENO;
		return 0;
	}
	agent->console_out = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (agent->console_out < 0)
		return -1;
	if (!fstat(agent->console_out, &info) && S_ISCHR(info.st_mode))
		agent->console_in = agent->console_out;
	return 0;
}

static int open_log(struct agent *agent, const char *path)
{
	agent->log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	return agent->log < 0 ? -1 : 0;
}

/* take_options() - sets what they say; the number of words taken, negative when wrong */
static int take_options(struct agent *agent, int argc, char **argv)
{
	double seconds;
	char *end;

	if (argc < 3 || strcmp(argv[1], "-q"))
		return 0;
	seconds = strtod(argv[2], &end);
	if (*end || end == argv[2] || !(seconds > 0 && seconds < 1e6))
		return -1;
	agent->quiet_limit_ns = seconds * 1e9;
	return 2;
}

static void look_after_guest(struct agent *agent)
{
	vmm_free(agent->retired);
	agent->retired = NULL;
	guest_quiet(agent);
	if (agent->vmm->has_hung)
		guest_hung(agent, agent->vmm);
	if (agent->vmm->has_ended) {
		agent->vmm->has_ended = false;
		guest_ended(agent, agent->vmm);
	}
}

int main(int argc, char **argv)
{
	struct agent agent = {};
	int taken = take_options(&agent, argc, argv);

	if (taken < 0 || argc - taken < 4) {
		fprintf(stderr, "usage: %s [-q SECONDS] CONSOLE LOG VMM-COMMAND...\n", argv[0]);
		return 64;
	}
	argv += taken;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	if (open_console(&agent, argv[1]) || open_log(&agent, argv[2])) {
		fprintf(stderr, "host agent: %s or %s: %s\n", argv[1], argv[2], strerror(errno));
		return 1;
	}
	agent.vmm_args = argv + 3;
	agent.vmm = vmm_start(&agent, NULL, NULL);
	if (!agent.vmm || qmp_handshake(&agent, agent.vmm)) {
		fprintf(stderr, "host agent: the VMM did not start\n");
		return 1;
	}
	vmm_pin(&agent, agent.vmm);
	log_record(&agent, "vmm-started", NULL);
	agent.heard_ns = stamp_now().raw_ns;
	while (!pump_requests(&agent, ms_until_quiet(&agent)))
		look_after_guest(&agent);
	log_record(&agent, "vmm-ended", NULL);
	vmm_free(agent.vmm);
	return 0;
}
