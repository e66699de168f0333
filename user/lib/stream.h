/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_STREAM_H
#define GUESTCLOCK_STREAM_H

#include "follow.h"
#include "link.h"

/**
 * struct gc_stream - The module's events as a source for a following.
 * @link: for requests and dumps
 * @events: subscribed to the module's events and to nlctrl's notices, never
 *   with NETLINK_NO_ENOBUFS
 * @group: id of the group "events", another one after each load
 */
struct gc_stream {
	struct gc_link link;
	struct nl_sock *events;
	int group;
};

extern const struct gc_follow_source gc_stream_source;

int gc_stream_open(struct gc_stream *stream, int buffer_size);
void gc_stream_close(struct gc_stream *stream);
int gc_stream_fd(const struct gc_stream *stream);

#endif /* GUESTCLOCK_STREAM_H */
