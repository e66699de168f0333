// SPDX-License-Identifier: GPL-2.0-only
/* Starting and ending VMM processes. */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Arguments that vmm_start() adds to the VMM's own, and the terminating NULL. */
#define VMM_EXTRA_ARGS 15

#define CHANNELS 4

/* channel() - a socket pair; ours closes on exec, the VMM's does not */
static int channel(int *ours, int *theirs)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -1;
	*ours = pair[0];
	*theirs = dup(pair[1]);
	close(pair[1]);
	return *theirs < 0 ? -1 : 0;
}

static char *chardev(const char *id, int fd)
{
	char *text;

	if (asprintf(&text, "socket,id=%s,fd=%d", id, fd) < 0)
		return NULL;
	return text;
}

static void exec_vmm(char **args, const int theirs[CHANNELS], const char *option,
		     const char *value)
{
	char clock_fd[16];
	size_t count = 0;
	char **full;

	while (args[count])
		count++;
	full = calloc(count + VMM_EXTRA_ARGS, sizeof(*full));
	if (!full)
		_exit(127);
	memcpy(full, args, count * sizeof(*full));
	full[count++] = "-chardev";
	full[count++] = chardev("console", theirs[0]);
	full[count++] = "-chardev";
	full[count++] = chardev("control", theirs[1]);
	full[count++] = "-chardev";
	full[count++] = chardev("qmp", theirs[2]);
	full[count++] = "-serial";
	full[count++] = "chardev:console";
	full[count++] = "-serial";
	full[count++] = "chardev:control";
	full[count++] = "-mon";
	full[count++] = "chardev=qmp,mode=control";
	if (option)
		full[count++] = (char *)option;
	if (value)
		full[count++] = (char *)value;
	snprintf(clock_fd, sizeof(clock_fd), "%d", theirs[3]);
	setenv("GUESTCLOCK_CLOCK_FD", clock_fd, 1);
	execvp(full[0], full);
	perror(full[0]);
	_exit(127);
}

/**
 * vmm_start() - start a VMM and connect its channels
 * @agent: the agent, which knows the VMM's command line
 * @option: one more option for it, may be NULL
 * @value: the value of that option, may be NULL
 *
 * Return: the VMM, to be freed with vmm_free(), or NULL with errno set.
 */
struct vmm *vmm_start(struct agent *agent, const char *option, const char *value)
{
	struct vmm *vmm = calloc(1, sizeof(*vmm));
	int theirs[CHANNELS];
	int i;

	if (!vmm)
		return NULL;
	if (channel(&vmm->console, &theirs[0]) ||
	    channel(&vmm->control, &theirs[1]) ||
	    channel(&vmm->qmp, &theirs[2]) ||
	    channel(&vmm->clock, &theirs[3])) {
		free(vmm);
		return NULL;
	}
	vmm->pid = fork();
	if (!vmm->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		exec_vmm(agent->vmm_args, theirs, option, value);
	}
	for (i = 0; i < CHANNELS; i++)
		close(theirs[i]);
	if (vmm->pid < 0) {
		free(vmm);
		return NULL;
	}
	return vmm;
}

/**
 * vmm_kill() - end the process at once
 * @vmm: the VMM, whose channels stay open
 */
void vmm_kill(struct vmm *vmm)
{
	if (!vmm->pid)
		return;
	kill(vmm->pid, SIGKILL);
	waitpid(vmm->pid, NULL, 0);
	vmm->pid = 0;
}

/**
 * vmm_free() - end a VMM and release everything of it
 * @vmm: the VMM, may be NULL
 */
void vmm_free(struct vmm *vmm)
{
	if (!vmm)
		return;
	vmm_kill(vmm);
	close(vmm->console);
	close(vmm->control);
	close(vmm->qmp);
	close(vmm->clock);
	json_decref(vmm->reply);
	json_decref(vmm->departure.tsc_got);
	json_decref(vmm->tsc_set);
	free(vmm);
}
