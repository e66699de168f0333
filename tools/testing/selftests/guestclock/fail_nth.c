// SPDX-License-Identifier: GPL-2.0-only
/*
 * One action of which the kernel lets the NTH allocation fail, by
 * /proc/thread-self/fail-nth:
 *
 *	fail_nth NTH load FILE.ko [NAME=VALUE...]
 *	fail_nth NTH run COMMAND [ARGUMENT...]
 *
 * Which allocations count is up to the kernel's fault attributes. The last line
 * printed is "taken WORD" when it came to that allocation, "left WORD" when there
 * were fewer; WORD is OK, the load's errno, or the command's exit status.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAIL_NTH	"fail-nth"
#define PARAMETERS_MAX	1024

static void die(const char *what)
{
	fprintf(stderr, "fail_nth: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void arm(const char *nth)
{
	int fd = open("/proc/thread-self/" FAIL_NTH, O_WRONLY);

	if (fd < 0)
		die("no fail-nth in /proc: the kernel needs CONFIG_FAULT_INJECTION");
	if (write(fd, nth, strlen(nth)) < 0)
		die("cannot set fail-nth");
	close(fd);
}

/* Return: how many allocations were still to come, 0 when the fault was taken. */
static unsigned long left(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die(path);
	close(fd);
	return strtoul(text, NULL, 10);
}

static int load(const char *nth, char **argv)
{
	char parameters[PARAMETERS_MAX] = "";
	const char *word = "OK";
	struct stat info;
	void *image;
	int fd;

	fd = open(argv[0], O_RDONLY);
	if (fd < 0 || fstat(fd, &info))
		die(argv[0]);
	image = mmap(NULL, info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (image == MAP_FAILED)
		die(argv[0]);
	for (argv++; *argv; argv++) {
		if (strlen(parameters) + strlen(*argv) + 2 > sizeof(parameters))
			die("parameters");
		strcat(strcat(parameters, " "), *argv);
	}

	arm(nth);
	if (syscall(SYS_init_module, image, info.st_size, parameters))
		word = strerrorname_np(errno);
	printf("%s %s\n", left("/proc/thread-self/" FAIL_NTH) ? "left" : "taken", word);
	return 0;
}

/* What is left is read from the child while it is dead, but not yet buried. */
static int run(const char *nth, char **argv)
{
	unsigned long remained;
	siginfo_t info;
	char path[64];
	pid_t child;

	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		arm(nth);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	if (waitid(P_PID, child, &info, WEXITED | WNOWAIT))
		die("waitid");
	snprintf(path, sizeof(path), "/proc/%d/" FAIL_NTH, child);
	remained = left(path);
	waitid(P_PID, child, &info, WEXITED);
	printf("%s %d\n", remained ? "left" : "taken",
	       info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[2], "load"))
		return load(argv[1], argv + 3);
	if (argc > 3 && !strcmp(argv[2], "run"))
		return run(argv[1], argv + 3);
	fprintf(stderr, "usage: fail_nth NTH load FILE.ko [NAME=VALUE...]\n"
		"       fail_nth NTH run COMMAND [ARGUMENT...]\n");
	return 64;
}
