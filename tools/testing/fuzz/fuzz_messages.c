// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole netlink messages, through libnl, to answers and to followed events. An
 * input is a byte that says what is asked for, and datagrams, each of them two
 * bytes of length and that many bytes. They come in this order on any socket.
 */
#include <errno.h>
#include <linux/guestclock.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "schema.h"
#include "stream.h"

/* Lengths that stand for something else. */
#define OVERRUN		0xffff
#define NOTHING_YET	0xfffe

#define TURNS		4

/* What is left of the input. */
static const uint8_t *input;
static size_t input_left;

/* The seq of the last request, which an answer to it has. */
static uint32_t request_seq;

static int fail(int err)
{
	errno = err;
	return -1;
}

/* Instead of libc's, which libnl would call. */
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const struct nlmsghdr *header = msg->msg_iov[0].iov_base;

	(void)fd;
	(void)flags;
	request_seq = header->nlmsg_seq;
	return (ssize_t)msg->msg_iov[0].iov_len;
}

/* A fuzzer cannot guess the seq of a request. */
static void answer_request(void *data, int len)
{
	struct nlmsghdr *header = data;

	for (; nlmsg_ok(header, len); header = nlmsg_next(header, &len))
		header->nlmsg_seq = request_seq;
}

/* Instead of libc's, too. */
ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t len, room = msg->msg_iov[0].iov_len;

	(void)fd;
	(void)flags;
	if (input_left < 2)
		return fail(EAGAIN);
	len = input[0] | input[1] << 8;
	input += 2;
	input_left -= 2;
	if (len == OVERRUN)
		return fail(ENOBUFS);
	if (len == NOTHING_YET)
		return fail(EAGAIN);
	if (len > input_left)
		len = input_left;
	if (len > room) {
		len = room;
		msg->msg_flags |= MSG_TRUNC;
	}
	memcpy(msg->msg_iov[0].iov_base, input, len);
	input += len;
	input_left -= len;
	answer_request(msg->msg_iov[0].iov_base, (int)len);
	memcpy(msg->msg_name, &kernel, sizeof(kernel));
	msg->msg_namelen = sizeof(kernel);
	msg->msg_controllen = 0;
	return (ssize_t)len;
}

static int subscribe(void *arg)
{
	(void)arg;
	return 0;
}

static int status(void *arg, struct gc_log_state *state)
{
	return gc_stream_source.status(arg, state);
}

static int dump(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	return gc_stream_source.dump(arg, since, fn, fn_arg);
}

static int drain(void *arg, gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	return gc_stream_source.drain(arg, fn, fn_arg, drained);
}

static const struct gc_follow_source source = {
	.subscribe = subscribe,
	.status = status,
	.dump = dump,
	.drain = drain,
};

static uint64_t resume(void *arg, const struct gc_log_state *state)
{
	(void)arg;
	return state->tail;
}

static int take_row(struct gc_row *row, void *arg)
{
	(void)arg;
	fuzz_check_row(row);
	gc_row_free(row);
	return 0;
}

static int take_event(void *arg, struct gc_row *event)
{
	fuzz_expect(event->v[GC_EVENT_SEQ].present, "an event that is delivered has a seq");
	return take_row(event, arg);
}

static void take_notice(void *arg, const char *text)
{
	(void)arg;
	fuzz_expect(*text, "a notice says something");
}

static const struct gc_follow_sink sink = {
	.resume = resume,
	.event = take_event,
	.notice = take_notice,
};

static void follow(struct gc_stream *stream)
{
	struct gc_follow follow;
	int err, turn;

	gc_follow_init(&follow, &source, stream, &sink, NULL);
	err = gc_follow_start(&follow);
	for (turn = 0; turn < TURNS && !err; turn++)
		err = turn & 1 ? gc_follow_check(&follow) : gc_follow_turn(&follow);
	gc_follow_free(&follow);
}

static void ask(struct gc_link *link, unsigned int what)
{
	bool is_dump = what & 8;

	gc_link_get(link, GUESTCLOCK_CMD_STATUS_GET, is_dump, fuzz_schemas[what % FUZZ_SCHEMAS],
		    take_row, NULL);
	fuzz_expect(strlen(gc_link_kernel_message()) < 128, "the kernel's words end");
}

static struct nl_sock *new_socket(void)
{
	struct nl_sock *sock = nl_socket_alloc();

	fuzz_expect(sock && !genl_connect(sock) && !nl_socket_set_msg_buf_size(sock, 65536),
		    "there are netlink sockets");
	nl_socket_disable_seq_check(sock);
	return sock;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gc_stream stream = { .group = -1, .link.family = FUZZ_FAMILY };

	if (!size)
		return 0;
	/* New ones for each input: a socket remembers which answer it waits for. */
	stream.link.sock = new_socket();
	stream.events = new_socket();
	input = data + 1;
	input_left = size - 1;
	if (data[0] & 0x80)
		follow(&stream);
	else
		ask(&stream.link, data[0]);
	gc_stream_close(&stream);
	return 0;
}
