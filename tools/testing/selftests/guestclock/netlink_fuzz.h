/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of netlink_fuzz: what is sent, and what has to come of it. */
#ifndef NETLINK_FUZZ_H
#define NETLINK_FUZZ_H

#include <linux/guestclock.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define FUZZ_BYTES_MAX		65536
/* The answers to these fit into a receive buffer of any size in use. */
#define FUZZ_MESSAGES_MAX	4

/* The largest numbers that the spec lets through, for good. */
#define FUZZ_ROUNDS_MAX		4096
#define FUZZ_PERIOD_MAX		86400000

#define FUZZ_COMMANDS		(GUESTCLOCK_CMD_MAX + 1)
/* No attribute of a request has a higher number. */
#define FUZZ_RULES_TYPE_MAX	GUESTCLOCK_A_EVENT_SINCE_SEQ

/**
 * struct fuzz_rule - an attribute of a request
 * @type: its type, 0 after the last one
 * @size: its size
 * @min: smallest value, where @max is not 0
 * @max: largest value, 0 for any
 */
struct fuzz_rule {
	__u16 type;
	__u16 size;
	__u32 min;
	__u32 max;
};

/**
 * struct fuzz_operation - a command of the family
 * @dump: it is a dump, else a do
 * @admin: it needs CAP_NET_ADMIN
 * @rules: the attributes that it takes, NULL for none
 * @answer_max: highest attribute in an answer
 * @silent: success has no answer but the acknowledgment
 */
struct fuzz_operation {
	bool dump;
	bool admin;
	const struct fuzz_rule *rules;
	__u16 answer_max;
	bool silent;
};

/**
 * struct fuzz_random - a generator that any message can be made from anew
 * @state: all of it
 */
struct fuzz_random {
	unsigned long long state;
};

/**
 * struct fuzz_target - whom the messages are for, and who sends them
 * @family: the family's number
 * @portid: the sender's address
 * @privileged: the sender has CAP_NET_ADMIN in the initial namespaces
 * @visible: the sender is in the initial network namespace
 * @comes_and_goes: the module is loaded and unloaded meanwhile
 */
struct fuzz_target {
	__u16 family;
	__u32 portid;
	bool privileged;
	bool visible;
	bool comes_and_goes;
};

/**
 * struct fuzz_datagram - what one send() carries
 * @bytes: messages, some of them broken
 * @size: how many bytes
 */
struct fuzz_datagram {
	unsigned char bytes[FUZZ_BYTES_MAX];
	size_t size;
};

/**
 * struct fuzz_expected - what must come of one message
 * @seq: its number
 * @type: its type
 * @command: its command
 * @acked: it asked for an acknowledgment
 * @dump: it asks for a dump
 * @may_succeed: nothing is wrong with it
 * @any_error: another family's business, which is not judged
 * @errors: the codes that it may be refused with, 0 at the end
 * @answers: acknowledgments, errors and ends of dumps that came
 */
struct fuzz_expected {
	__u32 seq;
	__u16 type;
	__u8 command;
	bool acked;
	bool dump;
	bool may_succeed;
	bool any_error;
	int errors[10];
	unsigned int answers;
};

/* The answers of a run: [0] successes, [N] errors of number N. */
#define FUZZ_ERRNO_MAX		200

/**
 * struct fuzz_judge - what is known of the answers to a datagram
 * @target: whom it was sent to
 * @crowded: not all answers may fit into the socket's buffer
 * @expected: of each message in it that the kernel sees
 * @count: how many
 * @wrong: the first thing wrong, empty while all is well
 * @tally: answers of the whole run by their code
 * @data: messages with attributes in the whole run
 */
struct fuzz_judge {
	const struct fuzz_target *target;
	bool crowded;
	struct fuzz_expected expected[FUZZ_BYTES_MAX / 16];
	unsigned int count;
	char wrong[256];
	unsigned long tally[FUZZ_ERRNO_MAX];
	unsigned long data;
};

void fuzz_random_begin(struct fuzz_random *random, unsigned long long seed,
		       unsigned long index);
unsigned int fuzz_below(struct fuzz_random *random, unsigned int end);
unsigned int fuzz_make(struct fuzz_datagram *datagram, struct fuzz_random *random,
		       const struct fuzz_target *target, __u32 *seq);

const struct fuzz_operation *fuzz_operation_of(__u8 command, bool dump);
size_t fuzz_step(const struct nlattr *attr, size_t left);
bool fuzz_attributes_fit(const struct fuzz_operation *operation, const unsigned char *bytes,
			 size_t size, const unsigned char **values);
bool fuzz_in_range(const struct fuzz_operation *operation, const unsigned char *bytes,
		   size_t size);

void fuzz_expect(struct fuzz_judge *judge, const struct fuzz_datagram *datagram);
void fuzz_take(struct fuzz_judge *judge, const void *bytes, size_t size, bool strict);
void fuzz_all_answered(struct fuzz_judge *judge);

#endif /* NETLINK_FUZZ_H */
