// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick for a recorder: receives events of the module through libnl's
 * own loop and discards them. bare_receiver COUNT ends after COUNT of them.
 *
 * Prints "ready", then "received COUNT BOOTTIME_NS", or fails when the socket
 * overran: what it then had received would not be the same events.
 */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "clock.h"

/* Room for a whole burst, so that it is the loop that is measured. */
#define BUFFER_SIZE (256 << 20)

static int count_one(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(msg));
	unsigned long *count = arg;

	*count += header->cmd == GUESTCLOCK_CMD_EVENT_NTF;
	return NL_OK;
}

static int subscribe(struct nl_sock *sock)
{
	int err, group, size = BUFFER_SIZE;

	err = genl_connect(sock);
	if (err)
		return err;
	if (setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		return -NLE_PERM;
	group = genl_ctrl_resolve_grp(sock, GUESTCLOCK_FAMILY_NAME, GUESTCLOCK_MCGRP_EVENTS);
	if (group < 0)
		return group;
	nl_socket_disable_seq_check(sock);
	return nl_socket_add_membership(sock, group);
}

int main(int argc, char **argv)
{
	unsigned long count = 0, wanted;
	struct nl_sock *sock;
	int err;

	wanted = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	if (!wanted) {
		fprintf(stderr, "usage: bare_receiver COUNT\n");
		return 64;
	}
	sock = nl_socket_alloc();
	if (!sock)
		return 1;
	err = subscribe(sock);
	if (err) {
		fprintf(stderr, "bare_receiver: cannot subscribe: %s\n", nl_geterror(err));
		return 1;
	}
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, count_one, &count);
	puts("ready");
	fflush(stdout);
	while (count < wanted) {
		err = nl_recvmsgs_default(sock);
		if (err < 0) {
			fprintf(stderr, "bare_receiver: after %lu events: %s\n", count,
				nl_geterror(err));
			return 1;
		}
	}
	printf("received %lu %" PRId64 "\n", count, gc_clock_ns(CLOCK_BOOTTIME));
	nl_socket_free(sock);
	return 0;
}
