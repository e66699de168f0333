// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that make no sense, mixed with some that do, for the module's netlink
 * family:
 *
 *	netlink_fuzz [-u] [-o] [-c] [-f FIRST] -s SEED -n COUNT
 *
 * -u says that the caller has no CAP_NET_ADMIN, -o goes to another network
 * namespace, -c that the module comes and goes meanwhile, -f that messages up to
 * datagram FIRST are left out. Every message that asks for an acknowledgment has
 * to get one answer, of a kind that follows from its bytes; the first that does not
 * is printed, and the status is 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "netlink_fuzz.h"

/* An answer that takes longer is none; a guest may stand still for seconds. */
#define ANSWER_TIMEOUT_S	30
/* Of a datagram that failed. */
#define HEX_BYTES_MAX		2048
#define SMALL_BUFFER		2304
/* Datagrams; asking for a family that is not there has the kernel run modprobe. */
#define RESOLVE_EVERY		10

/**
 * struct run - a run of the fuzzer
 * @target: whom it is about
 * @judge: of the last datagram
 * @datagram: the last one
 * @seed: what it is made of
 * @index: of @datagram
 * @sock: where it is sent from
 * @unread: datagrams before whose answers were not read
 * @small: the socket's buffer is
 * @seq: the last number given to a message
 * @longest_ms: the longest time that an answer took
 */
struct run {
	struct fuzz_target target;
	struct fuzz_judge judge;
	struct fuzz_datagram datagram;
	unsigned long long seed;
	unsigned long index;
	int sock;
	unsigned int unread;
	bool small;
	__u32 seq;
	long longest_ms;
};

static struct run run;

static void show(void)
{
	size_t i;

	printf("# datagram %lu of seed %llu, %zu bytes, family %u:", run.index, run.seed,
	       run.datagram.size, run.target.family);
	for (i = 0; i < run.datagram.size && i < HEX_BYTES_MAX; i++)
		printf("%s%02x", i % 4 ? "" : i % 32 ? " " : "\n#   ", run.datagram.bytes[i]);
	printf("\n");
}

/* In a signal's handler too: SIGALRM comes while a call on a socket hangs, never in stdio. */
static void fail(const char *what)
{
	printf("# %s\n", what);	/* NOLINT(bugprone-signal-handler) */
	show();
	exit(1);	/* NOLINT(bugprone-signal-handler) */
}

static void fail_errno(const char *what)
{
	char text[200];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	fail(text);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void open_socket(int buffer)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof(address);

	run.sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (run.sock < 0 || bind(run.sock, (struct sockaddr *)&address, size) ||
	    getsockname(run.sock, (struct sockaddr *)&address, &size) ||
	    setsockopt(run.sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer)))
		fail_errno("socket");
	run.target.portid = address.nl_pid;
	run.small = buffer <= SMALL_BUFFER;
	run.unread = 0;
}

static void reopen(int buffer)
{
	close(run.sock);
	open_socket(buffer);
}

/* A socket whose answers were not read lost some, and says so. */
static ssize_t receive(unsigned char *bytes, size_t size)
{
	ssize_t len = recv(run.sock, bytes, size, MSG_DONTWAIT);

	if (len < 0 && errno != EAGAIN && (errno != ENOBUFS || !run.judge.crowded))
		fail_errno("recv");
	return len;
}

/* What a do answers is there when send() returns, and a dump goes on by reading. */
static void drain(void)
{
	static unsigned char bytes[2 * FUZZ_BYTES_MAX];
	ssize_t len;

	do {
		len = receive(bytes, sizeof(bytes));
		if (len > 0)
			fuzz_take(&run.judge, bytes, len, !run.unread);
	} while (len >= 0 || errno != EAGAIN);
	if (!run.judge.crowded)
		fuzz_all_answered(&run.judge);
	run.unread = 0;
	if (run.judge.wrong[0])
		fail(run.judge.wrong);
}

static void read_once(void)
{
	static unsigned char bytes[2 * FUZZ_BYTES_MAX];

	receive(bytes, sizeof(bytes));
}

static void send_datagram(void)
{
	if (send(run.sock, run.datagram.bytes, run.datagram.size, 0) >= 0)
		return;
	if (run.datagram.size || errno != ENODATA)
		fail_errno("send");
}

/* Returns whether the family is there; takes its number. */
static bool resolve(void)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr genl;
		struct nlattr attr;
		char name[12];
	} request = {
		.header = {
			.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN +
				     sizeof("guestclock"),
			.nlmsg_type = GENL_ID_CTRL,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.genl = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.attr = {
			.nla_len = NLA_HDRLEN + sizeof("guestclock"),
			.nla_type = CTRL_ATTR_FAMILY_NAME,
		},
		.name = "guestclock",
	};
	static unsigned char bytes[FUZZ_BYTES_MAX];
	const struct nlmsghdr *header = (const void *)bytes;
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlattr *attr;

	if (send(run.sock, &request, sizeof(request), 0) < 0 ||
	    recv(run.sock, bytes, sizeof(bytes), MSG_DONTWAIT) < 0)
		fail_errno("asking nlctrl");
	if (header->nlmsg_type != GENL_ID_CTRL)
		return false;
	for (; at < header->nlmsg_len; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)(bytes + at);
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&run.target.family, attr + 1, sizeof(run.target.family));
	}
	return true;
}

/* One datagram, and one of the things that a client may do with its answers. */
static unsigned int fuzz_one(void)
{
	struct fuzz_random random;
	unsigned int messages;
	long began;

	fuzz_random_begin(&random, run.seed, run.index);
	messages = fuzz_make(&run.datagram, &random, &run.target, &run.seq);
	run.judge.crowded = run.unread || run.small;
	fuzz_expect(&run.judge, &run.datagram);
	began = now_ms();
	alarm(ANSWER_TIMEOUT_S);
	send_datagram();
	switch (fuzz_below(&random, 40)) {
	case 0:
		run.unread++;
		break;
	case 1:
		read_once();
		reopen(FUZZ_BYTES_MAX * 16);
		break;
	case 2:
		drain();
		reopen(fuzz_below(&random, 2) ? SMALL_BUFFER : FUZZ_BYTES_MAX * 16);
		break;
	default:
		drain();
		break;
	}
	alarm(0);
	if (now_ms() - began > run.longest_ms)
		run.longest_ms = now_ms() - began;
	return messages;
}

static void too_late(int signal)
{
	(void)signal;
	fail("no answer in time");
}

static void report(unsigned long messages, unsigned long datagrams)
{
	unsigned int i;

	printf("# %lu messages in %lu datagrams of seed %llu, %lu answers with data;"
	       " the slowest took %ld ms; OK %lu", messages, datagrams, run.seed,
	       run.judge.data, run.longest_ms, run.judge.tally[0]);
	for (i = 1; i < FUZZ_ERRNO_MAX; i++) {
		if (run.judge.tally[i])
			printf(" %s %lu", strerrorname_np(i), run.judge.tally[i]);
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	unsigned long messages = 0, count = 0, first = 0;
	bool elsewhere = false;
	int option;

	run.target.privileged = true;
	run.target.visible = true;
	while ((option = getopt(argc, argv, "uocf:s:n:")) != -1) {
		switch (option) {
		case 'u':
			run.target.privileged = false;
			break;
		case 'o':
			elsewhere = true;
			break;
		case 'c':
			run.target.comes_and_goes = true;
			break;
		case 'f':
			first = strtoul(optarg, NULL, 0);
			break;
		case 's':
			run.seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			count = strtoul(optarg, NULL, 0);
			break;
		default:
			return 64;
		}
	}

	run.judge.target = &run.target;
	signal(SIGALRM, too_late);
	open_socket(FUZZ_BYTES_MAX * 16);
	if (!resolve() && !run.target.comes_and_goes)
		fail("no such family: guestclock");
	if (elsewhere) {
		if (unshare(CLONE_NEWNET))
			fail_errno("unshare");
		run.target.visible = false;
		reopen(FUZZ_BYTES_MAX * 16);
	}
	for (run.index = first; messages < count; run.index++) {
		if (run.target.comes_and_goes && !(run.index % RESOLVE_EVERY) &&
		    !run.unread && !run.small)
			resolve();
		messages += fuzz_one();
	}
	report(messages, run.index - first);

	return 0;
}
