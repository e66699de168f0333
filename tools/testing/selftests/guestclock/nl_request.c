// SPDX-License-Identifier: GPL-2.0-only
/*
 * One generic netlink request to the module's family, as malformed as told, and
 * what the kernel says to it:
 *
 *	nl_request [-d] [-v VERSION] [-f FLAGS] [-r RESERVED] [-s SIZE]
 *	           [-w SECONDS] [-t] [-a TYPE] COMMAND [ATTRIBUTE...]
 *	nl_request join
 *	nl_request listen GROUP SECONDS
 *
 * "join" subscribes to the events instead, and tells their group's number; "listen"
 * joins a group by number, wherever it is, says so, and counts the messages that come.
 * -d asks for a dump, -f adds flags to the header, -s cuts the message off after SIZE
 * bytes, and says so in its header, -w reads the first of the answer and waits
 * before it reads on. An ATTRIBUTE is TYPE:HEX, or TYPE:HEX:LENGTH to
 * lie about the length. Prints "OK MESSAGES -" or "ERRNO 0 TEXT", TEXT being what
 * the kernel says beside the code, or "-"; -a has the u32 of that TYPE in the answer
 * there. -t prints first, in ms, when by CLOCK_BOOTTIME the request was sent and how
 * long the answer took, without what starting and ending this program takes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "nl_find.h"

#define FAMILY		"guestclock"
#define BUFFER_SIZE	65536
#define ANSWER_TIMEOUT_S	10

/* A request that grows; the answers come into another one. */
struct message {
	union {
		struct nlmsghdr header;
		unsigned char bytes[BUFFER_SIZE];
	};
};

struct answer {
	int error;
	unsigned long messages;
	char text[256];
	__u16 family;
	__u32 group;
	long sent_ms;
	long took_ms;
};

/* A number of the answer to be told, 0 for none. */
static __u16 told;

static void die(const char *what)
{
	fprintf(stderr, "nl_request: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void *append(struct message *message, size_t size)
{
	size_t at = NLMSG_ALIGN(message->header.nlmsg_len);

	if (at + size > sizeof(message->bytes)) {
		errno = EMSGSIZE;
		die("request");
	}
	message->header.nlmsg_len = at + size;
	return message->bytes + at;
}

static void put_attribute(struct message *message, __u16 type, const void *data,
			  size_t size, __u16 claimed)
{
	struct nlattr *attr = append(message, NLA_HDRLEN + size);

	attr->nla_type = type;
	attr->nla_len = claimed;
	memcpy((char *)attr + NLA_HDRLEN, data, size);
}

static void begin(struct message *message, __u16 type, __u16 flags, __u8 command,
		  __u8 version, __u16 reserved)
{
	struct genlmsghdr *genl;

	memset(message, 0, sizeof(*message));
	message->header.nlmsg_len = NLMSG_HDRLEN;
	message->header.nlmsg_type = type;
	message->header.nlmsg_flags = NLM_F_REQUEST | flags;
	message->header.nlmsg_seq = 1;
	genl = append(message, sizeof(*genl));
	genl->cmd = command;
	genl->version = version;
	genl->reserved = reserved;
}

static void find_text(struct answer *answer, const void *attributes, int len)
{
	const struct nlattr *attr = nl_find(attributes, len, NLMSGERR_ATTR_MSG);

	if (attr)
		snprintf(answer->text, sizeof(answer->text), "%.*s",
			 attr->nla_len - NLA_HDRLEN, (const char *)attr + NLA_HDRLEN);
}

static const struct nlattr *find_in(const struct nlattr *nest, __u16 type)
{
	return nest ? nl_find(nest + 1, nest->nla_len - NLA_HDRLEN, type) : NULL;
}

static void find_told(struct answer *answer, const struct nlmsghdr *header)
{
	const struct nlattr *attr;
	__u32 value;

	attr = nl_find((const char *)NLMSG_DATA(header) + GENL_HDRLEN,
		       NLMSG_PAYLOAD(header, GENL_HDRLEN), told);
	if (attr && attr->nla_len == NLA_HDRLEN + sizeof(value)) {
		memcpy(&value, attr + 1, sizeof(value));
		snprintf(answer->text, sizeof(answer->text), "%u", value);
	}
}

/* The family has one group. */
static void find_family(struct answer *answer, const struct nlmsghdr *header)
{
	const void *attributes = (const char *)NLMSG_DATA(header) + GENL_HDRLEN;
	int len = NLMSG_PAYLOAD(header, GENL_HDRLEN);
	const struct nlattr *id, *group;

	id = nl_find(attributes, len, CTRL_ATTR_FAMILY_ID);
	if (id)
		memcpy(&answer->family, id + 1, sizeof(answer->family));
	group = find_in(nl_find(attributes, len, CTRL_ATTR_MCAST_GROUPS), 1);
	group = find_in(group, CTRL_ATTR_MCAST_GRP_ID);
	if (group)
		memcpy(&answer->group, group + 1, sizeof(answer->group));
}

/* An answer to a request repeats it after the code, unless that is capped. */
static void take_error(struct answer *answer, const struct nlmsghdr *header)
{
	const struct nlmsgerr *err = NLMSG_DATA(header);
	int skip = sizeof(*err);

	answer->error = -err->error;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	find_text(answer, (const char *)err + skip, NLMSG_PAYLOAD(header, skip));
}

/* The end of a dump has a code of its own. */
static void take_done(struct answer *answer, const struct nlmsghdr *header)
{
	if (NLMSG_PAYLOAD(header, 0) < (int)sizeof(int))
		return;
	answer->error = -*(int *)NLMSG_DATA(header);
	if (header->nlmsg_flags & NLM_F_ACK_TLVS)
		find_text(answer, (const char *)NLMSG_DATA(header) + sizeof(int),
			  NLMSG_PAYLOAD(header, sizeof(int)));
}

/* Return: whether the answer is complete. */
static bool take(struct answer *answer, const struct nlmsghdr *header, int len)
{
	for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_ERROR) {
			take_error(answer, header);
			return true;
		}
		if (header->nlmsg_type == NLMSG_DONE) {
			take_done(answer, header);
			return true;
		}
		answer->messages++;
		if (header->nlmsg_type == GENL_ID_CTRL)
			find_family(answer, header);
		else if (told)
			find_told(answer, header);
	}
	return false;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void ask(int sock, const struct message *request, struct answer *answer,
		unsigned int pause_s)
{
	static struct message reply;
	ssize_t len;

	memset(answer, 0, sizeof(*answer));
	answer->text[0] = '-';
	answer->sent_ms = now_ms();
	if (send(sock, request->bytes, request->header.nlmsg_len, 0) < 0)
		die("send");
	do {
		len = recv(sock, reply.bytes, sizeof(reply.bytes), 0);
		if (len < 0)
			die("no answer");
		if (take(answer, &reply.header, len)) {
			answer->took_ms = now_ms() - answer->sent_ms;
			return;
		}
		sleep(pause_s);
		pause_s = 0;
	} while (1);
}

static int open_socket(void)
{
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	int on = 1, sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	if (sock < 0 ||
	    setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		die("socket");
	return sock;
}

static void resolve(int sock, struct answer *answer)
{
	static struct message request;

	begin(&request, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1, 0);
	put_attribute(&request, CTRL_ATTR_FAMILY_NAME, FAMILY, sizeof(FAMILY),
		      NLA_HDRLEN + sizeof(FAMILY));
	ask(sock, &request, answer, 0);
	if (answer->error || !answer->family) {
		errno = answer->error;
		die("no family " FAMILY);
	}
}

static void join(int sock, struct answer *answer)
{
	if (setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &answer->group,
		       sizeof(answer->group)))
		answer->error = errno;
	answer->messages = 0;
	snprintf(answer->text, sizeof(answer->text), "%u", answer->group);
}

/* What is multicast passes by a socket that has no address yet. */
static void listen_to(int sock, struct answer *answer, __u32 group, time_t seconds)
{
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct timeval timeout = { .tv_sec = seconds };
	static struct message message;

	memset(answer, 0, sizeof(*answer));
	answer->group = group;
	if (bind(sock, (const struct sockaddr *)&any, sizeof(any)) ||
	    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		die("socket");
	join(sock, answer);
	if (!answer->error)
		fprintf(stderr, "nl_request: listening\n");
	while (!answer->error && recv(sock, message.bytes, sizeof(message.bytes), 0) > 0)
		answer->messages++;
}

static void put_described(struct message *message, const char *text)
{
	unsigned char data[4096];
	size_t size = 0;
	char *at;
	unsigned long type = strtoul(text, &at, 0), claimed;

	if (*at == ':')
		at++;
	while (size < sizeof(data) && sscanf(at, "%2hhx", &data[size]) == 1) {
		size++;
		at += 2;
	}
	claimed = *at == ':' ? strtoul(at + 1, NULL, 0) : NLA_HDRLEN + size;
	put_attribute(message, type, data, size, claimed);
}

static int print(const struct answer *answer)
{
	if (answer->error)
		printf("%s 0 %s\n", strerrorname_np(answer->error), answer->text);
	else
		printf("OK %lu %s\n", answer->messages, answer->text);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long flags = NLM_F_ACK, version = 1, reserved = 0, size = 0, pause_s = 0;
	static struct message request;
	struct answer answer;
	bool timed = false;
	int option, sock;

	while ((option = getopt(argc, argv, "a:dv:f:r:s:tw:")) != -1) {
		switch (option) {
		case 'a':
			told = strtoul(optarg, NULL, 0);
			break;
		case 't':
			timed = true;
			break;
		case 'd':
			flags |= NLM_F_DUMP;
			break;
		case 'v':
			version = strtoul(optarg, NULL, 0);
			break;
		case 'f':
			flags |= strtoul(optarg, NULL, 0);
			break;
		case 'r':
			reserved = strtoul(optarg, NULL, 0);
			break;
		case 's':
			size = strtoul(optarg, NULL, 0);
			break;
		case 'w':
			pause_s = strtoul(optarg, NULL, 0);
			break;
		default:
			return 64;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "usage: nl_request [OPTION...] COMMAND [TYPE:HEX[:LENGTH]...]\n");
		return 64;
	}

	sock = open_socket();
	if (!strcmp(argv[optind], "listen") && argc - optind == 3) {
		listen_to(sock, &answer, atoi(argv[optind + 1]), atoi(argv[optind + 2]));
		return print(&answer);
	}
	resolve(sock, &answer);
	if (!strcmp(argv[optind], "join")) {
		join(sock, &answer);
	} else {
		begin(&request, answer.family, flags, strtoul(argv[optind], NULL, 0), version,
		      reserved);
		while (++optind < argc)
			put_described(&request, argv[optind]);
		if (size)
			request.header.nlmsg_len = size;
		ask(sock, &request, &answer, pause_s);
	}
	if (timed)
		printf("%ld %ld ", answer.sent_ms, answer.took_ms);
	return print(&answer);
}
