/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_LINK_H
#define GUESTCLOCK_LINK_H

#include <netlink/netlink.h>
#include <netlink/msg.h>
#include <stdbool.h>

#include "row.h"

/**
 * struct gc_link - A socket for requests to the module.
 * @sock: the socket
 * @family: id of the netlink family; another one after each load
 */
struct gc_link {
	struct nl_sock *sock;
	int family;
};

int gc_link_open(struct gc_link *link);
int gc_link_resolve(struct gc_link *link);
void gc_link_close(struct gc_link *link);
struct nl_msg *gc_link_request(const struct gc_link *link, int cmd, bool dump);
int gc_link_run(struct gc_link *link, struct nl_msg *msg, const struct gc_schema *schema,
		gc_row_fn fn, void *arg);
int gc_link_get(struct gc_link *link, int cmd, bool dump, const struct gc_schema *schema,
		gc_row_fn fn, void *arg);
int gc_link_get_newer(struct gc_link *link, int cmd, const struct gc_schema *schema,
		      gc_row_fn fn, void *arg);
int gc_link_status(struct gc_link *link, struct gc_row **status);
const char *gc_link_kernel_message(void);

#endif /* GUESTCLOCK_LINK_H */
