// SPDX-License-Identifier: GPL-2.0-only
/*
 * One MSR of one CPU through /dev/cpu/N/msr, as a signed decimal.
 *
 * msr_tool read CPU MSR
 * msr_tool add CPU MSR DELTA	prints the value before and the value written
 * msr_tool write CPU MSR VALUE
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int msr_open(const char *cpu, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%d/msr", atoi(cpu));
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		fprintf(stderr, "msr_tool: %s: %s (modprobe msr allow_writes=on)\n", path,
			strerror(errno));
	return fd;
}

static int msr_read(int fd, unsigned int msr, long long *value)
{
	if (pread(fd, value, sizeof(*value), msr) == sizeof(*value))
		return 0;
	fprintf(stderr, "msr_tool: reading 0x%x: %s\n", msr, strerror(errno));
	return -1;
}

static int msr_write(int fd, unsigned int msr, long long value)
{
	if (pwrite(fd, &value, sizeof(value), msr) == sizeof(value))
		return 0;
	fprintf(stderr, "msr_tool: writing 0x%x: %s\n", msr, strerror(errno));
	return -1;
}

int main(int argc, char **argv)
{
	long long value, new_value;
	unsigned int msr;
	int fd;

	if (argc < 4) {
		fprintf(stderr, "usage: msr_tool read|add|write CPU MSR [VALUE]\n");
		return 64;
	}

	fd = msr_open(argv[2], O_RDWR);
	if (fd < 0)
		return 1;
	msr = strtoul(argv[3], NULL, 0);

	if (argc == 4 && !strcmp(argv[1], "read")) {
		if (msr_read(fd, msr, &value))
			return 1;
		printf("%lld\n", value);
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "add")) {
		if (msr_read(fd, msr, &value))
			return 1;
		new_value = value + strtoll(argv[4], NULL, 0);
		if (msr_write(fd, msr, new_value))
			return 1;
		printf("%lld %lld\n", value, new_value);
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "write"))
		return msr_write(fd, msr, strtoll(argv[4], NULL, 0)) ? 1 : 0;

	fprintf(stderr, "usage: msr_tool read|add|write CPU MSR [VALUE]\n");
	return 64;
}
