// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a program: its receive buffers are $SMALL_RCVBUF bytes large,
 * however large the program asks for.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	const char *wish = getenv("SMALL_RCVBUF");
	int size;

	if (wish && level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_RCVBUFFORCE)) {
		size = atoi(wish);
		return syscall(SYS_setsockopt, fd, level, SO_RCVBUF, &size, sizeof(size));
	}
	return syscall(SYS_setsockopt, fd, level, name, value, len);
}
