// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets the module's injection going at an even pace, without the noise of a
 * shell: write_paced FILE TEXT COUNT INTERVAL_US writes TEXT to FILE, COUNT
 * times. Prints "BEGIN_BOOTTIME_NS END_BOOTTIME_NS" of all of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

static int write_whole(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = strlen(text);

	if (fd < 0 || write(fd, text, len) != len) {
		fprintf(stderr, "write_paced: %s: %s\n", path, strerror(errno));
		return -1;
	}
	return close(fd);
}

int main(int argc, char **argv)
{
	int64_t begin;
	int i, count;

	count = argc == 5 ? atoi(argv[3]) : 0;
	if (count < 1) {
		fprintf(stderr, "usage: write_paced FILE TEXT COUNT INTERVAL_US\n");
		return 64;
	}
	begin = gc_clock_ns(CLOCK_BOOTTIME);
	for (i = 0; i < count; i++) {
		if (write_whole(argv[1], argv[2]))
			return 1;
		if (i + 1 < count)
			usleep(atoi(argv[4]));
	}
	printf("%" PRId64 " %" PRId64 "\n", begin, gc_clock_ns(CLOCK_BOOTTIME));
	return 0;
}
