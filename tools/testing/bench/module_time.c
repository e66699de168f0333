// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long modules take to load and to go: module_time COUNT A.ko A [B.ko B]
 * loads and unloads the files A.ko and B.ko, modules named A and B, in turn.
 * Only the system calls are timed.
 *
 * Prints "A_LOAD_NS A_UNLOAD_NS [B_LOAD_NS B_UNLOAD_NS]" for each turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

struct module {
	const char *path;
	const char *name;
	int64_t load_ns;
	int64_t unload_ns;
};

static int failed(const struct module *module, const char *what)
{
	fprintf(stderr, "module_time: cannot %s %s: %s\n", what, module->name, strerror(errno));
	return -1;
}

static int load_and_unload(struct module *module)
{
	int64_t begin, loaded, unloading;
	int fd, ret;

	fd = open(module->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(module, "open");
	begin = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	ret = syscall(SYS_finit_module, fd, "", 0);
	loaded = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	close(fd);
	if (ret)
		return failed(module, "load");
	/* What loading set going, such as uevents and a first poll, settles. */
	usleep(50000);
	unloading = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	if (syscall(SYS_delete_module, module->name, O_NONBLOCK))
		return failed(module, "unload");
	module->unload_ns = gc_clock_ns(CLOCK_MONOTONIC_RAW) - unloading;
	module->load_ns = loaded - begin;
	return 0;
}

int main(int argc, char **argv)
{
	struct module module[2];
	int i, j, count, modules;

	count = argc == 4 || argc == 6 ? atoi(argv[1]) : 0;
	if (count < 1) {
		fprintf(stderr, "usage: module_time COUNT A.ko A [B.ko B]\n");
		return 64;
	}
	modules = (argc - 2) / 2;
	for (i = 0; i < modules; i++) {
		module[i].path = argv[2 + 2 * i];
		module[i].name = argv[3 + 2 * i];
	}
	/* The first turn fills caches and is not told. */
	for (i = 0; i <= count; i++) {
		for (j = 0; j < modules; j++) {
			if (load_and_unload(&module[(i + j) % modules]))
				return 1;
		}
		for (j = 0; i && j < modules; j++)
			printf("%s%" PRId64 " %" PRId64, j ? " " : "", module[j].load_ns,
			       module[j].unload_ns);
		if (i)
			putchar('\n');
	}
	return 0;
}
