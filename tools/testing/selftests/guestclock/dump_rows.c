// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump of the module's family in messages that are as small as the kernel makes
 * them, and slowly: after the first one it waits for a line on its standard input.
 *
 *	dump_rows COMMAND ATTRIBUTE
 *
 * Prints a line for each row, the number of its message and the row's ATTRIBUTE, a u32,
 * and at the end "end ERROR", or "interrupted" where a message said that what is dumped
 * changed meanwhile.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_find.h"

#define FAMILY		"guestclock"

/* The kernel makes messages as large as the reader's buffers were, but a page or so. */
#define BUFFER_SIZE	4096
#define SMALL_SIZE	2048

#define ATTR_DATA(attr)	((const void *)((const char *)(attr) + NLA_HDRLEN))

static union {
	struct nlmsghdr header;
	char bytes[BUFFER_SIZE];
} buffer;

static void die(const char *what)
{
	fprintf(stderr, "dump_rows: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void request(int sock, __u16 type, __u16 flags, __u8 command, const char *name)
{
	struct genlmsghdr *genl = NLMSG_DATA(&buffer.header);
	struct nlattr *attr = (void *)((char *)genl + GENL_HDRLEN);

	memset(&buffer, 0, sizeof(buffer));
	buffer.header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	buffer.header.nlmsg_type = type;
	buffer.header.nlmsg_flags = NLM_F_REQUEST | flags;
	genl->cmd = command;
	genl->version = 1;
	if (name) {
		attr->nla_type = CTRL_ATTR_FAMILY_NAME;
		attr->nla_len = NLA_HDRLEN + strlen(name) + 1;
		memcpy((char *)attr + NLA_HDRLEN, name, strlen(name) + 1);
		buffer.header.nlmsg_len += NLA_ALIGN(attr->nla_len);
	}
	if (send(sock, &buffer, buffer.header.nlmsg_len, 0) < 0)
		die("send");
}

static int receive(int sock, size_t size)
{
	int len = recv(sock, &buffer, size, 0);

	if (len < 0)
		die("recv");
	return len;
}

static const struct nlattr *find(const struct nlmsghdr *header, __u16 type)
{
	return nl_find((const char *)NLMSG_DATA(header) + GENL_HDRLEN,
		       NLMSG_PAYLOAD(header, GENL_HDRLEN), type);
}

static __u16 resolve(int sock)
{
	const struct nlattr *id;
	__u16 family;

	request(sock, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY, FAMILY);
	receive(sock, SMALL_SIZE);
	id = buffer.header.nlmsg_type == NLMSG_ERROR ? NULL :
	     find(&buffer.header, CTRL_ATTR_FAMILY_ID);
	if (!id) {
		errno = ENOENT;
		die("no family " FAMILY);
	}
	memcpy(&family, ATTR_DATA(id), sizeof(family));
	return family;
}

/* Return: whether the dump goes on. */
static bool print(int len, unsigned int number, __u16 type, bool *interrupted)
{
	const struct nlmsghdr *header = &buffer.header;
	const struct nlattr *attr;
	__u32 value;

	for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		*interrupted |= header->nlmsg_flags & NLM_F_DUMP_INTR;
		if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE) {
			if (*interrupted)
				puts("interrupted");
			else
				printf("end %d\n", *(const int *)NLMSG_DATA(header));
			return false;
		}
		attr = find(header, type);
		if (!attr)
			continue;
		memcpy(&value, ATTR_DATA(attr), sizeof(value));
		printf("%u %u\n", number, value);
	}
	fflush(stdout);
	return true;
}

int main(int argc, char **argv)
{
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	bool interrupted = false;
	unsigned int number = 1;
	__u16 type;

	if (argc != 3) {
		fprintf(stderr, "usage: dump_rows COMMAND ATTRIBUTE\n");
		return 64;
	}
	if (sock < 0)
		die("socket");
	request(sock, resolve(sock), NLM_F_DUMP, strtoul(argv[1], NULL, 0), NULL);
	type = strtoul(argv[2], NULL, 0);
	while (print(receive(sock, sizeof(buffer)), number, type, &interrupted)) {
		if (number++ == 1)
			getchar();
	}
	return 0;
}
