// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick for the client's start: asks the module for its status through
 * libnl, looks at nothing in the answer but its size, and ends.
 */
#include <linux/guestclock.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>

static int note_size(struct nl_msg *msg, void *arg)
{
	*(int *)arg = nlmsg_datalen(nlmsg_hdr(msg));
	return NL_OK;
}

int main(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err, family, size = 0;

	if (!sock || genl_connect(sock))
		return 1;
	family = genl_ctrl_resolve(sock, GUESTCLOCK_FAMILY_NAME);
	if (family < 0) {
		fprintf(stderr, "bare_status: %s\n", nl_geterror(family));
		return 1;
	}
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, note_size, &size);
	err = genl_send_simple(sock, family, GUESTCLOCK_CMD_STATUS_GET,
			       GUESTCLOCK_FAMILY_VERSION, NLM_F_ACK);
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	if (err < 0 || !size) {
		fprintf(stderr, "bare_status: %s\n", nl_geterror(err));
		return 1;
	}
	nl_socket_free(sock);
	printf("%d bytes of status\n", size);
	return 0;
}
