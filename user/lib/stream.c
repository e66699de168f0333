// SPDX-License-Identifier: GPL-2.0-only
/* The module's events over generic netlink, as a source for a following. */
#include "stream.h"

#include <linux/genetlink.h>
#include <linux/guestclock.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decode.h"
#include "schema.h"

/* Overruns told one after the other, without a message in between. */
#define OVERRUNS_MAX 16

static int join(struct gc_stream *stream)
{
	int err, group;

	group = genl_ctrl_resolve_grp(stream->link.sock, GUESTCLOCK_FAMILY_NAME,
				      GUESTCLOCK_MCGRP_EVENTS);
	if (group < 0)
		return group;
	if (stream->group >= 0 && stream->group != group)
		nl_socket_drop_membership(stream->events, stream->group);
	stream->group = -1;
	err = nl_socket_add_membership(stream->events, group);
	if (!err)
		stream->group = group;
	return err;
}

static int stream_subscribe(void *arg)
{
	struct gc_stream *stream = arg;
	int err;

	err = gc_link_resolve(&stream->link);
	return err ? err : join(stream);
}

static int stream_status(void *arg, struct gc_log_state *state)
{
	struct gc_stream *stream = arg;
	struct gc_row *row;
	int err;

	err = gc_link_status(&stream->link, &row);
	if (err)
		return err;
	state->load_id = row->v[GC_STATUS_LOAD_ID].u;
	state->restore_epoch = row->v[GC_STATUS_RESTORE_EPOCH].u;
	state->tail = row->v[GC_STATUS_LOG_TAIL].u;
	state->head = row->v[GC_STATUS_LOG_HEAD].u;
	gc_row_free(row);
	return 0;
}

static int stream_dump(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	struct gc_stream *stream = arg;
	struct nl_msg *msg;

	msg = gc_link_request(&stream->link, GUESTCLOCK_CMD_EVENT_GET, true);
	if (msg && nla_put_u64(msg, GUESTCLOCK_A_EVENT_SINCE_SEQ, since)) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	return gc_link_run(&stream->link, msg, &gc_schema_event, fn, fn_arg);
}

static void take_notice(struct nlmsghdr *header, struct gc_drained *drained)
{
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (nlmsg_parse(header, GENL_HDRLEN, tb, CTRL_ATTR_MAX, NULL))
		return;
	if (!tb[CTRL_ATTR_FAMILY_NAME] ||
	    nla_strcmp(tb[CTRL_ATTR_FAMILY_NAME], GUESTCLOCK_FAMILY_NAME))
		return;
	if (genl->cmd == CTRL_CMD_DELFAMILY || genl->cmd == CTRL_CMD_NEWFAMILY)
		drained->news = true;
}

static int take_event(struct nlmsghdr *header, gc_row_fn fn, void *fn_arg)
{
	struct genlmsghdr *genl = nlmsg_data(header);
	struct gc_row *row;

	if (genl->cmd != GUESTCLOCK_CMD_EVENT_NTF)
		return 0;
	row = gc_decode_row(&gc_schema_event, genlmsg_attrdata(genl, 0),
			    genlmsg_attrlen(genl, 0));
	return row ? fn(row, fn_arg) : -NLE_NOMEM;
}

static int take_messages(struct gc_stream *stream, struct nlmsghdr *header, int len,
			 gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	int err, result = 0;

	for (; nlmsg_ok(header, len); header = nlmsg_next(header, &len)) {
		if (!genlmsg_valid_hdr(header, 0))
			continue;
		if (header->nlmsg_type == GENL_ID_CTRL) {
			take_notice(header, drained);
		} else if (header->nlmsg_type == stream->link.family) {
			err = take_event(header, fn, fn_arg);
			if (err && !result)
				result = err;
		}
	}
	return result;
}

static int stream_drain(void *arg, gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	struct gc_stream *stream = arg;
	unsigned char *buf = NULL;
	struct sockaddr_nl peer;
	int err, len, overruns = 0;

	while (!drained->news) {
		len = nl_recv(stream->events, &peer, &buf, NULL);
		if (len == -NLE_AGAIN || len == 0)
			return 0;
		/* What libnl makes of ENOBUFS. */
		if (len == -NLE_NOMEM && overruns++ < OVERRUNS_MAX) {
			drained->overrun = true;
			continue;
		}
		if (len < 0)
			return len;
		overruns = 0;
		err = 0;
		/* Only the kernel is believed. */
		if (peer.nl_pid == 0)
			err = take_messages(stream, (struct nlmsghdr *)buf, len, fn, fn_arg,
					    drained);
		free(buf);
		buf = NULL;
		if (err)
			return err;
	}
	return 0;
}

const struct gc_follow_source gc_stream_source = {
	.subscribe = stream_subscribe,
	.status = stream_status,
	.dump = stream_dump,
	.drain = stream_drain,
};

static int join_notices(struct gc_stream *stream)
{
	int group = genl_ctrl_resolve_grp(stream->link.sock, "nlctrl", "notify");

	return group < 0 ? group : nl_socket_add_membership(stream->events, group);
}

static int open_events(struct gc_stream *stream, int buffer_size)
{
	int err, fd;

	err = genl_connect(stream->events);
	if (err)
		return err;
	nl_socket_disable_seq_check(stream->events);
	err = nl_socket_set_nonblocking(stream->events);
	if (!err)
		err = nl_socket_set_msg_buf_size(stream->events, 65536);
	if (err)
		return err;
	/* The forced size is not limited by net.core.rmem_max, but privileged. */
	fd = nl_socket_get_fd(stream->events);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size, sizeof(buffer_size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof(buffer_size));
	return join_notices(stream);
}

/**
 * gc_stream_open() - Open a stream, without joining the events yet.
 * @stream: the stream, for gc_stream_close() on success
 * @buffer_size: size of the socket's receive buffer, in bytes
 *
 * Return: 0, or a negative error of libnl; -NLE_OBJ_NOTFOUND when the module
 * cannot be found.
 */
int gc_stream_open(struct gc_stream *stream, int buffer_size)
{
	int err;

	stream->group = -1;
	stream->events = NULL;
	err = gc_link_open(&stream->link);
	if (err)
		return err;
	stream->events = nl_socket_alloc();
	err = stream->events ? open_events(stream, buffer_size) : -NLE_NOMEM;
	if (err)
		gc_stream_close(stream);
	return err;
}

/**
 * gc_stream_close() - Close a stream.
 * @stream: the stream
 */
void gc_stream_close(struct gc_stream *stream)
{
	nl_socket_free(stream->events);
	stream->events = NULL;
	gc_link_close(&stream->link);
}

/**
 * gc_stream_fd() - The descriptor to wait on.
 * @stream: the stream
 *
 * Return: the descriptor, readable when there is something to drain.
 */
int gc_stream_fd(const struct gc_stream *stream)
{
	return nl_socket_get_fd(stream->events);
}
