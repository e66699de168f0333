// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages for the fuzzer: requests as they should be, most of which are then
 * spoiled in one to three ways. One number makes the same messages every time.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "netlink_fuzz.h"

#define NO_FAMILY	0xfff0
#define DEEPEST_NEST	60

static unsigned long long next(struct fuzz_random *random)
{
	unsigned long long z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/**
 * fuzz_random_begin() - the numbers that datagram @index of @seed is made of
 * @random: the generator
 * @seed: names the run
 * @index: of the datagram
 */
void fuzz_random_begin(struct fuzz_random *random, unsigned long long seed,
		       unsigned long index)
{
	random->state = seed;
	random->state = next(random) + index;
	random->state = next(random);
}

/**
 * fuzz_below() - a number from 0 to @end - 1
 * @random: the generator
 * @end: not 0
 *
 * Return: the number.
 */
unsigned int fuzz_below(struct fuzz_random *random, unsigned int end)
{
	return next(random) % end;
}

static bool one_in(struct fuzz_random *random, unsigned int n)
{
	return !fuzz_below(random, n);
}

/* The message under construction is the last one of the datagram. */
struct message {
	struct fuzz_datagram *datagram;
	size_t start;
};

static struct nlmsghdr *header(struct message *message)
{
	return (struct nlmsghdr *)(message->datagram->bytes + message->start);
}

static size_t length(const struct message *message)
{
	return message->datagram->size - message->start;
}

/* Room for @size more bytes, aligned, or NULL. Filled with @fill. */
static void *append(struct message *message, size_t size, int fill)
{
	struct fuzz_datagram *datagram = message->datagram;
	size_t at = NLMSG_ALIGN(datagram->size);

	if (at + size > sizeof(datagram->bytes))
		return NULL;
	memset(datagram->bytes + datagram->size, 0, at - datagram->size);
	memset(datagram->bytes + at, fill, size);
	datagram->size = at + size;
	return datagram->bytes + at;
}

static void put_attribute(struct message *message, __u16 type, const void *data,
			  size_t size)
{
	struct nlattr *attr = append(message, NLA_HDRLEN + size, 0);

	if (!attr)
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	memcpy(attr + 1, data, size);
}

static void put_random_attribute(struct message *message, struct fuzz_random *random)
{
	static const __u16 types[] = { 0, 1, 1, 2, 3, 6, 13, 34, 35, 35, 36, 37, 99, 0x3fff };
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 4, 4, 5, 8, 8, 12, 16, 60, 300 };
	__u16 type = types[fuzz_below(random, ARRAY_SIZE(types))];
	size_t size = sizes[fuzz_below(random, ARRAY_SIZE(sizes))];
	struct nlattr *attr;

	if (one_in(random, 6))
		type = next(random);
	if (one_in(random, 4))
		type |= NLA_F_NESTED;
	if (one_in(random, 4))
		type |= NLA_F_NET_BYTEORDER;
	if (one_in(random, 40))
		size = fuzz_below(random, 20000);
	attr = append(message, NLA_HDRLEN + size, one_in(random, 2) ? 0 : next(random));
	if (!attr)
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	if (one_in(random, 5))
		attr->nla_len = one_in(random, 2) ? fuzz_below(random, 8) : next(random);
}

static void put_seq(struct message *message, struct fuzz_random *random)
{
	__u64 since = one_in(random, 2) ? fuzz_below(random, 500) : next(random);

	if (!one_in(random, 3))
		put_attribute(message, GUESTCLOCK_A_EVENT_SINCE_SEQ, &since, sizeof(since));
}

static void put_cpu(struct message *message, struct fuzz_random *random, __u16 type)
{
	static const __u32 cpus[] = { 0, 1, 2, 1000, 0xffffffff };
	__u32 cpu = cpus[fuzz_below(random, ARRAY_SIZE(cpus))];

	if (!one_in(random, 3))
		put_attribute(message, type, &cpu, sizeof(cpu));
}

static void put_u32(struct message *message, __u16 type, __u32 value)
{
	put_attribute(message, type, &value, sizeof(value));
}

static void put_rounds(struct message *message, struct fuzz_random *random, __u16 type)
{
	static const __u32 rounds[] = { 0, 1, 1, 2, 16, 256, FUZZ_ROUNDS_MAX,
					FUZZ_ROUNDS_MAX + 1, 0xffffffff };

	if (one_in(random, 2))
		put_u32(message, type, rounds[fuzz_below(random, ARRAY_SIZE(rounds))]);
}

static void put_pair(struct message *message, struct fuzz_random *random)
{
	put_cpu(message, random, GUESTCLOCK_A_TSC_CPU);
	if (!one_in(random, 4))
		put_u32(message, GUESTCLOCK_A_TSC_REF_CPU, fuzz_below(random, 3));
	put_rounds(message, random, GUESTCLOCK_A_TSC_ROUNDS_WANTED);
}

static void put_settings(struct message *message, struct fuzz_random *random)
{
	static const __u32 periods[] = { 0, 0, 1, 50, 1000, FUZZ_PERIOD_MAX,
					 FUZZ_PERIOD_MAX + 1, 0xffffffff };
	__u64 threshold = one_in(random, 2) ? fuzz_below(random, 2000) : next(random);
	__u16 type = GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD + fuzz_below(random, 3);

	if (one_in(random, 2))
		put_u32(message, GUESTCLOCK_A_TSC_SWEEP_PERIOD,
			periods[fuzz_below(random, ARRAY_SIZE(periods))]);
	put_rounds(message, random, GUESTCLOCK_A_TSC_SWEEP_ROUNDS);
	if (one_in(random, 3))
		put_u32(message, GUESTCLOCK_A_TSC_SWEEP_ISOLATED, fuzz_below(random, 3));
	if (one_in(random, 2))
		put_attribute(message, type, &threshold, sizeof(threshold));
}

/* nlctrl tells about the family, its operations and their policies. */
static void put_control(struct message *message, struct fuzz_random *random)
{
	struct genlmsghdr *genl = (struct genlmsghdr *)(header(message) + 1);

	header(message)->nlmsg_type = GENL_ID_CTRL;
	genl->cmd = CTRL_CMD_GETFAMILY;
	if (one_in(random, 2)) {
		genl->cmd = CTRL_CMD_GETPOLICY;
		header(message)->nlmsg_flags |= NLM_F_DUMP;
	}
	put_attribute(message, CTRL_ATTR_FAMILY_NAME, "guestclock", sizeof("guestclock"));
}

/* Measurements take the longest by far. */
static __u8 pick_command(struct fuzz_random *random)
{
	static const __u8 often[] = {
		GUESTCLOCK_CMD_STATUS_GET, GUESTCLOCK_CMD_OBSERVER_GET, GUESTCLOCK_CMD_PVCLOCK_GET,
		GUESTCLOCK_CMD_TSC_GET, GUESTCLOCK_CMD_CLOCKSOURCE_GET, GUESTCLOCK_CMD_EVENT_GET,
		GUESTCLOCK_CMD_EVENT_GET, GUESTCLOCK_CMD_TSC_INFO_GET,
		GUESTCLOCK_CMD_TSC_SWEEP_GET, GUESTCLOCK_CMD_WATCHDOG_GET, GUESTCLOCK_CMD_CLOCK_GET,
	};
	static const __u8 seldom[] = {
		GUESTCLOCK_CMD_TSC_MEASURE, GUESTCLOCK_CMD_TSC_PAIR_MEASURE,
		GUESTCLOCK_CMD_CLOCK_READ,
	};

	if (one_in(random, 60))
		return seldom[fuzz_below(random, ARRAY_SIZE(seldom))];
	if (one_in(random, 30))
		return GUESTCLOCK_CMD_TSC_SWEEP_SET;
	if (one_in(random, 12))
		return one_in(random, 2) ? next(random) : fuzz_below(random, FUZZ_COMMANDS + 2);
	return often[fuzz_below(random, ARRAY_SIZE(often))];
}

static bool is_dump(__u8 command)
{
	return command == GUESTCLOCK_CMD_OBSERVER_GET || command == GUESTCLOCK_CMD_PVCLOCK_GET ||
	       command == GUESTCLOCK_CMD_TSC_GET || command == GUESTCLOCK_CMD_EVENT_GET ||
	       command == GUESTCLOCK_CMD_CLOCK_GET;
}

/* A request that should succeed, if there is such a command. */
static void make_good(struct message *message, struct fuzz_random *random, __u16 family)
{
	struct genlmsghdr *genl;

	append(message, NLMSG_HDRLEN, 0);
	genl = append(message, GENL_HDRLEN, 0);
	header(message)->nlmsg_type = family;
	header(message)->nlmsg_flags = NLM_F_REQUEST;
	if (!one_in(random, 12))
		header(message)->nlmsg_flags |= NLM_F_ACK;
	genl->version = 1;
	if (one_in(random, 30)) {
		put_control(message, random);
		return;
	}
	genl->cmd = pick_command(random);
	if (is_dump(genl->cmd))
		header(message)->nlmsg_flags |= NLM_F_DUMP;
	if (genl->cmd == GUESTCLOCK_CMD_EVENT_GET)
		put_seq(message, random);
	else if (genl->cmd == GUESTCLOCK_CMD_TSC_MEASURE)
		put_cpu(message, random, GUESTCLOCK_A_TSC_CPU);
	else if (genl->cmd == GUESTCLOCK_CMD_TSC_PAIR_MEASURE)
		put_pair(message, random);
	else if (genl->cmd == GUESTCLOCK_CMD_TSC_SWEEP_SET)
		put_settings(message, random);
	else if (genl->cmd == GUESTCLOCK_CMD_CLOCK_READ)
		put_cpu(message, random, GUESTCLOCK_A_CLOCK_CPU);
	if (one_in(random, 40))
		header(message)->nlmsg_type = NO_FAMILY;
}

static void nest_deeply(struct message *message, struct fuzz_random *random)
{
	unsigned int depth = 1 + fuzz_below(random, DEEPEST_NEST);
	__u16 type = one_in(random, 2) ? GUESTCLOCK_A_TSC_CPU : GUESTCLOCK_A_EVENT_SINCE_SEQ;
	struct nlattr *attr;

	for (; depth; depth--) {
		attr = append(message, NLA_HDRLEN, 0);
		if (!attr)
			return;
		attr->nla_type = type | NLA_F_NESTED;
		attr->nla_len = depth * NLA_HDRLEN;
	}
}

static void flip_bytes(struct message *message, struct fuzz_random *random)
{
	unsigned int count = 1 + fuzz_below(random, 6);
	size_t size = length(message);

	while (count-- && size > NLMSG_HDRLEN) {
		size_t at = NLMSG_HDRLEN + fuzz_below(random, size - NLMSG_HDRLEN);

		message->datagram->bytes[message->start + at] = next(random);
	}
}

/* Each way leaves nlmsg_len to the caller, but for those that lie about it. */
static void spoil(struct message *message, struct fuzz_random *random, int *lie)
{
	struct genlmsghdr *genl = (struct genlmsghdr *)(header(message) + 1);

	switch (fuzz_below(random, 14)) {
	case 0:
		header(message)->nlmsg_flags ^= 1 << fuzz_below(random, 16);
		break;
	case 1:
		header(message)->nlmsg_flags ^= NLM_F_DUMP;
		break;
	case 2:
		genl->version = next(random);
		break;
	case 3:
		genl->reserved = next(random);
		break;
	case 4:
		genl->cmd = next(random);
		break;
	case 5:
		header(message)->nlmsg_type = fuzz_below(random, NLMSG_MIN_TYPE);
		break;
	case 6:
		nest_deeply(message, random);
		break;
	case 7:
		flip_bytes(message, random);
		break;
	case 8:
		*lie = -(int)fuzz_below(random, length(message) + 1);
		break;
	case 9:
		*lie = fuzz_below(random, one_in(random, 2) ? 24 : 100000);
		break;
	case 10:
		append(message, fuzz_below(random, 9), next(random));
		break;
	case 11:
		append(message, one_in(random, 8) ? 20000 + fuzz_below(random, 40000) : 16,
		       next(random));
		break;
	default:
		put_random_attribute(message, random);
		break;
	}
}

static void cut_off(struct message *message, struct fuzz_random *random)
{
	message->datagram->size = message->start + fuzz_below(random, length(message) + 1);
}

/*
 * Numbers every message that the kernel will find, and keeps those that a lie
 * about a length uncovered from going to some other family.
 */
static void address(struct fuzz_datagram *datagram, __u16 family, __u32 *seq)
{
	size_t at = 0;

	while (at < datagram->size && datagram->size - at >= NLMSG_HDRLEN) {
		struct nlmsghdr *found = (struct nlmsghdr *)(datagram->bytes + at);

		if (found->nlmsg_len < NLMSG_HDRLEN || found->nlmsg_len > datagram->size - at)
			return;
		found->nlmsg_seq = ++*seq;
		if (found->nlmsg_type >= NLMSG_MIN_TYPE && found->nlmsg_type != NO_FAMILY &&
		    found->nlmsg_type != GENL_ID_CTRL)
			found->nlmsg_type = family;
		at += NLMSG_ALIGN(found->nlmsg_len);
	}
}

/**
 * fuzz_make() - make a datagram of one or more messages
 * @datagram: where it goes
 * @random: what it is made of
 * @target: whom it is for
 * @seq: the number of the last message before; raised for each that the kernel sees
 *
 * Return: how many messages went into it.
 */
unsigned int fuzz_make(struct fuzz_datagram *datagram, struct fuzz_random *random,
		       const struct fuzz_target *target, __u32 *seq)
{
	unsigned int messages = one_in(random, 5) ? 1 + fuzz_below(random, FUZZ_MESSAGES_MAX) : 1;
	struct message message = { .datagram = datagram };
	unsigned int i, ways;

	datagram->size = 0;
	for (i = 0; i < messages; i++) {
		int lie = 0;

		message.start = NLMSG_ALIGN(datagram->size);
		if (message.start + 1000 > sizeof(datagram->bytes))
			break;
		make_good(&message, random, target->family);
		for (ways = fuzz_below(random, 4); ways; ways--)
			spoil(&message, random, &lie);
		header(&message)->nlmsg_len = length(&message) + lie;
		if (one_in(random, 60))
			cut_off(&message, random);
	}
	address(datagram, target->family, seq);

	return i;
}
