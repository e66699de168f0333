// SPDX-License-Identifier: GPL-2.0-only
/* guestclock: dispatch to a verb of its own or to a program guestclock-VERB. */
#include <errno.h>
#include <limits.h>
#include <linux/guestclock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "cmd/cmd.h"
#include "program.h"
#include "say.h"
#include "schema.h"
#include "smallfile.h"
#include "version.h"

static const struct gc_cmd *const commands[] = {
	&gc_cmd_status, &gc_cmd_pvclock, &gc_cmd_tsc,
	&gc_cmd_clocksource, &gc_cmd_monitor, &gc_cmd_record,
	&gc_cmd_check,
};

/* Programs of their own that come with this one. */
static const char *const programs[][2] = {
	{ "report", "Tell what a recording holds, in words or as JSON lines." },
	{ "export", "Print a recording's events as JSON lines." },
};

static int print_help(void)
{
	size_t i;

	puts("usage: guestclock [VERB] [ARGUMENTS]\n\n"
	     "The truth about time inside a KVM guest, as the guestclock module sees it.\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-12s %s\n", commands[i]->usage.name, commands[i]->usage.summary);
	for (i = 0; i < ARRAY_SIZE(programs); i++)
		printf("  %-12s %s\n", programs[i][0], programs[i][1]);
	puts("\nWithout a verb it is status. 'guestclock VERB --help' tells more, and so does\n"
	     "guestclock(1). Exit codes: 0 good, 1 error, 2 condition found, 3 module not\n"
	     "loaded, 4 events lost, 5 other network namespace, 6 no privilege, 64 usage.");
	return GC_EXIT_OK;
}

static void module_version(char *buf, size_t size)
{
	struct gc_row *status;
	struct gc_link link;

	snprintf(buf, size, "not loaded");
	if (!gc_link_open(&link)) {
		if (!gc_link_status(&link, &status)) {
			snprintf(buf, size, "%s", gc_row_text(status, GC_STATUS_MODULE_VERSION));
			gc_row_free(status);
		}
		gc_link_close(&link);
		return;
	}
	/* Another network namespace hides the family, but not the version. */
	if (gc_smallfile_read("/sys/module/guestclock/version", buf, size))
		snprintf(buf, size, "not loaded");
}

static int print_version(void)
{
	char module[64];

	module_version(module, sizeof(module));
	printf("guestclock %s\nmodule %s\nnetlink ABI %d\n", GC_VERSION, module,
	       GUESTCLOCK_FAMILY_VERSION);
	return GC_EXIT_OK;
}

/* Beside this program first, so that a built tree needs no installation. */
static int run_program(char **argv)
{
	/* Outlives the call, as argv does. */
	static char name[64];
	char path[PATH_MAX], *slash;
	ssize_t len;
	size_t room;

	snprintf(name, sizeof(name), "guestclock-%s", argv[0]);
	argv[0] = name;
	/* Not every program expects to find it ignored. */
	signal(SIGPIPE, SIG_DFL);
	len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash) {
		room = sizeof(path) - (slash + 1 - path);
		if ((size_t)snprintf(slash + 1, room, "%s", name) < room)
			execv(path, argv);
	}
	execvp(name, argv);
	if (errno == ENOENT) {
		gc_say("no verb '%s', and no program %s; 'guestclock --help' lists the verbs",
		       name + strlen("guestclock-"), name);
		return GC_EXIT_USAGE;
	}
	gc_say("cannot run %s: %s", name, strerror(errno));
	return GC_EXIT_ERROR;
}

static bool is_verb(const char *word)
{
	return *word && strlen(word) < 32 &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(word);
}

static int run(int argc, char **argv)
{
	size_t i;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
			 !strcmp(argv[1], "help")))
		return print_help();
	if (argc > 1 && (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")))
		return print_version();
	if (argc < 2 || argv[1][0] == '-') {
		argv[0] = (char *)gc_cmd_status.usage.name;
		return gc_cmd_status.run(argc, argv);
	}

	argv++;
	argc--;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[0], commands[i]->usage.name))
			return commands[i]->run(argc, argv);
	}
	if (!is_verb(argv[0])) {
		gc_say("no verb '%s'; 'guestclock --help' lists the verbs", argv[0]);
		return GC_EXIT_USAGE;
	}
	return run_program(argv);
}

int main(int argc, char **argv)
{
	gc_program_begin("guestclock", true);
	return gc_program_end(run(argc, argv));
}
