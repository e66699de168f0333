// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must come of the fuzzer's messages, worked out from their bytes alone by
 * the rules of netlink and of Documentation/netlink.rst, and whether it did.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink_fuzz.h"

/**
 * struct operation - a command of the family
 * @dump: it is a dump, else a do
 * @admin: it needs CAP_NET_ADMIN
 * @attribute: the one that it takes, 0 for none
 * @size: of the attribute
 * @answer_max: highest attribute in an answer
 */
struct operation {
	bool dump;
	bool admin;
	__u16 attribute;
	__u16 size;
	__u16 answer_max;
};

static const struct operation operations[FUZZ_COMMANDS] = {
	[FUZZ_STATUS_GET]	= { false, false, 0, 0, 11 },
	[FUZZ_OBSERVER_GET]	= { true, false, 0, 0, 3 },
	[FUZZ_PVCLOCK_GET]	= { true, false, 0, 0, 11 },
	[FUZZ_TSC_GET]		= { true, false, 0, 0, 12 },
	[FUZZ_CLOCKSOURCE_GET]	= { false, false, 0, 0, 10 },
	[FUZZ_TSC_MEASURE]	= { false, true, FUZZ_TSC_CPU, 4, 0 },
	[FUZZ_EVENT_GET]	= { true, true, FUZZ_EVENT_SINCE, 8, 54 },
	[FUZZ_WATCHDOG_GET]	= { false, false, 0, 0, 26 },
	[FUZZ_CLOCK_READ]	= { false, true, FUZZ_CLOCK_CPU, 4, 0 },
	[FUZZ_CLOCK_GET]	= { true, false, 0, 0, 15 },
};

static const struct operation *operation_of(__u8 command, bool dump)
{
	const struct operation *operation;

	if (command >= FUZZ_COMMANDS)
		return NULL;
	operation = &operations[command];
	if (!operation->answer_max && !operation->attribute)
		return NULL;
	return operation->dump == dump ? operation : NULL;
}

/* Those that take a CPU, and refuse while the module goes away. */
static bool measures(__u8 command)
{
	return command == FUZZ_TSC_MEASURE || command == FUZZ_CLOCK_READ;
}

__attribute__((format(printf, 2, 3)))
static void wrong(struct fuzz_judge *judge, const char *format, ...)
{
	va_list args;

	if (judge->wrong[0])
		return;
	va_start(args, format);
	vsnprintf(judge->wrong, sizeof(judge->wrong), format, args);
	va_end(args);
}

static void may_fail(struct fuzz_expected *expected, int error)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(expected->errors) - 1; i++) {
		if (expected->errors[i] == error)
			return;
		if (!expected->errors[i]) {
			expected->errors[i] = error;
			return;
		}
	}
}

static void must_fail(struct fuzz_expected *expected, int error)
{
	expected->may_succeed = false;
	may_fail(expected, error);
}

static bool cpu_online(__u32 cpu)
{
	char path[80], online = '1';
	FILE *file;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u", cpu);
	if (access(path, F_OK))
		return false;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	file = fopen(path, "r");
	if (file) {
		online = fgetc(file);
		fclose(file);
	}
	return online == '1';
}

/* From an attribute to the next; the last one need not be padded. */
static size_t step(const struct nlattr *attr, size_t left)
{
	size_t aligned = NLA_ALIGN(attr->nla_len);

	return aligned < left ? aligned : left;
}

/* Strictly: one attribute is known, of one size, and nothing is left over. */
static bool attributes_fit(const struct operation *operation, const unsigned char *bytes,
			   size_t size, const unsigned char **value)
{
	struct nlattr attr;

	while (size) {
		if (size < sizeof(attr))
			return false;
		memcpy(&attr, bytes, sizeof(attr));
		if (attr.nla_len < sizeof(attr) || attr.nla_len > size ||
		    !operation->attribute || (attr.nla_type & NLA_F_NESTED) ||
		    (attr.nla_type & NLA_TYPE_MASK) != operation->attribute ||
		    attr.nla_len != sizeof(attr) + operation->size)
			return false;
		*value = bytes + sizeof(attr);
		bytes += step(&attr, size);
		size -= step(&attr, size);
	}
	return true;
}

static void expect_of_operation(struct fuzz_expected *expected,
				const struct fuzz_target *target,
				const struct nlmsghdr *header, const unsigned char *bytes)
{
	const struct genlmsghdr *genl = (const void *)(bytes + NLMSG_HDRLEN);
	const unsigned char *value = NULL;
	__u16 flags = header->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO);
	const struct operation *operation;
	__u32 cpu;

	expected->command = genl->cmd;
	operation = operation_of(genl->cmd, expected->dump);
	if (expected->dump)
		flags &= ~NLM_F_DUMP;
	if (flags || genl->reserved)
		must_fail(expected, EINVAL);
	if (!operation) {
		must_fail(expected, EOPNOTSUPP);
		/* 6.1 looks for the kind of request after the privilege. */
		operation = operation_of(genl->cmd, !expected->dump);
		if (operation && operation->admin && !target->privileged)
			may_fail(expected, EPERM);
		return;
	}
	if (operation->admin && !target->privileged)
		must_fail(expected, EPERM);
	if (!attributes_fit(operation, bytes + NLMSG_HDRLEN + GENL_HDRLEN,
			    header->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, &value))
		must_fail(expected, EINVAL);
	if (measures(genl->cmd) && value && expected->may_succeed) {
		memcpy(&cpu, value, sizeof(cpu));
		if (!cpu_online(cpu))
			must_fail(expected, ENODEV);
	}
	if (target->comes_and_goes && measures(genl->cmd))
		may_fail(expected, ESHUTDOWN);
	if (target->comes_and_goes && expected->dump)
		may_fail(expected, EPROTONOSUPPORT);
}

static void expect_one(struct fuzz_judge *judge, const struct nlmsghdr *header,
		       const unsigned char *bytes, bool dumping)
{
	struct fuzz_expected *expected = &judge->expected[judge->count++];

	*expected = (struct fuzz_expected) {
		.seq = header->nlmsg_seq,
		.type = header->nlmsg_type,
		.acked = header->nlmsg_flags & NLM_F_ACK,
		.may_succeed = true,
	};
	if (!(header->nlmsg_flags & NLM_F_REQUEST) || header->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	expected->dump = (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	if (expected->dump && (dumping || judge->crowded))
		may_fail(expected, EBUSY);
	if (judge->crowded) {
		may_fail(expected, ENOBUFS);
		may_fail(expected, EAGAIN);
	}
	if (header->nlmsg_type == GENL_ID_CTRL) {
		expected->any_error = true;
		return;
	}
	if (header->nlmsg_type != judge->target->family || !judge->target->visible) {
		must_fail(expected, ENOENT);
		return;
	}
	if (judge->target->comes_and_goes)
		may_fail(expected, ENOENT);
	if (header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		must_fail(expected, EINVAL);
	else
		expect_of_operation(expected, judge->target, header, bytes);
}

/**
 * fuzz_expect() - work out what must come of a datagram
 * @judge: forgets the last one
 * @datagram: the bytes as they are sent
 */
void fuzz_expect(struct fuzz_judge *judge, const struct fuzz_datagram *datagram)
{
	bool dumping = false;
	size_t at = 0;

	judge->count = 0;
	while (at < datagram->size && datagram->size - at >= NLMSG_HDRLEN) {
		struct nlmsghdr header;

		memcpy(&header, datagram->bytes + at, sizeof(header));
		if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram->size - at)
			return;
		expect_one(judge, &header, datagram->bytes + at, dumping);
		if (judge->expected[judge->count - 1].dump)
			dumping = true;
		at += NLMSG_ALIGN(header.nlmsg_len);
	}
}

static struct fuzz_expected *find(struct fuzz_judge *judge, __u32 seq)
{
	unsigned int i;

	for (i = 0; i < judge->count; i++) {
		if (judge->expected[i].seq == seq)
			return &judge->expected[i];
	}
	return NULL;
}

static void take_code(struct fuzz_judge *judge, struct fuzz_expected *expected, int code,
		      bool done)
{
	int error = -code;
	unsigned int i;

	if (error < 0 || error >= FUZZ_ERRNO_MAX) {
		wrong(judge, "seq %u: code %d is no errno", expected->seq, code);
		return;
	}
	judge->tally[error]++;
	if (expected->answers++ && !judge->crowded)
		wrong(judge, "seq %u: a second answer, %d", expected->seq, code);
	if (expected->any_error)
		return;
	if (!error) {
		if (!expected->may_succeed)
			wrong(judge, "seq %u, command %u: success instead of errno %d",
			      expected->seq, expected->command, expected->errors[0]);
		if (expected->dump != done)
			wrong(judge, "seq %u: %s", expected->seq, done ?
			      "the end of a dump that nobody asked for" :
			      "a dump that is acknowledged, not ended");
		return;
	}
	for (i = 0; expected->errors[i]; i++) {
		if (expected->errors[i] == error)
			return;
	}
	wrong(judge, "seq %u, command %u: errno %d, not %d", expected->seq, expected->command,
	      error, expected->errors[0]);
}

/* Attributes of an answer follow each other to its end; nests are looked into. */
static bool attributes_parse(const unsigned char *bytes, size_t size, unsigned int max)
{
	struct nlattr attr;

	while (size) {
		if (size < sizeof(attr))
			return false;
		memcpy(&attr, bytes, sizeof(attr));
		if (attr.nla_len < sizeof(attr) || attr.nla_len > size ||
		    !(attr.nla_type & NLA_TYPE_MASK) || (attr.nla_type & NLA_TYPE_MASK) > max)
			return false;
		if ((attr.nla_type & NLA_F_NESTED) &&
		    !attributes_parse(bytes + sizeof(attr), attr.nla_len - sizeof(attr), max))
			return false;
		bytes += step(&attr, size);
		size -= step(&attr, size);
	}
	return true;
}

static void take_data(struct fuzz_judge *judge, struct fuzz_expected *expected,
		      const struct nlmsghdr *header)
{
	const struct genlmsghdr *genl = (const void *)(header + 1);
	const struct operation *operation;

	judge->data++;
	if (expected->answers && !judge->crowded)
		wrong(judge, "seq %u: data after the end", expected->seq);
	if (expected->any_error)
		return;
	if (header->nlmsg_type != expected->type ||
	    header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN || genl->cmd != expected->command) {
		wrong(judge, "seq %u: an answer to something else", expected->seq);
		return;
	}
	operation = operation_of(genl->cmd, expected->dump);
	if (!operation || !expected->may_succeed)
		wrong(judge, "seq %u: data for a bad request", expected->seq);
	else if (!attributes_parse((const unsigned char *)(genl + 1),
				   header->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN,
				   operation->answer_max))
		wrong(judge, "seq %u: an answer that does not parse", expected->seq);
}

static void take_one(struct fuzz_judge *judge, const struct nlmsghdr *header, bool strict)
{
	struct fuzz_expected *expected = find(judge, header->nlmsg_seq);
	size_t payload = header->nlmsg_len - NLMSG_HDRLEN;
	const struct nlmsgerr *err = (const void *)(header + 1);

	if (header->nlmsg_pid != judge->target->portid)
		wrong(judge, "an answer to port %u", header->nlmsg_pid);
	if (!expected) {
		if (strict)
			wrong(judge, "an answer to seq %u, which was not sent", header->nlmsg_seq);
		return;
	}
	if (header->nlmsg_type == NLMSG_DONE && payload >= sizeof(int))
		take_code(judge, expected, *(const int *)(header + 1), true);
	else if (header->nlmsg_type == NLMSG_ERROR && payload >= sizeof(*err) &&
		 err->msg.nlmsg_seq == header->nlmsg_seq)
		take_code(judge, expected, err->error, false);
	else if (header->nlmsg_type >= NLMSG_MIN_TYPE)
		take_data(judge, expected, header);
	else
		wrong(judge, "seq %u: a message of type %u with %zu bytes", header->nlmsg_seq,
		      header->nlmsg_type, payload);
}

/**
 * fuzz_take() - judge what one recv() gave
 * @judge: of the last datagram
 * @bytes: the messages
 * @size: how many bytes
 * @strict: every message answers the last datagram, not one before
 */
void fuzz_take(struct fuzz_judge *judge, const void *bytes, size_t size, bool strict)
{
	const struct nlmsghdr *header = bytes;
	int left = size;

	for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left))
		take_one(judge, header, strict);
	if (left > 0)
		wrong(judge, "%d bytes at the end of an answer", left);
}

/**
 * fuzz_all_answered() - judge that nothing is missing
 * @judge: of the last datagram; everything that came was taken
 */
void fuzz_all_answered(struct fuzz_judge *judge)
{
	const struct fuzz_expected *expected;
	unsigned int i;

	for (i = 0; i < judge->count; i++) {
		expected = &judge->expected[i];
		if (!expected->answers && !expected->any_error &&
		    (expected->acked || expected->dump || !expected->may_succeed))
			wrong(judge, "seq %u, type %u, command %u: no answer", expected->seq,
			      expected->type, expected->command);
		if (!expected->answers && expected->any_error && expected->acked)
			wrong(judge, "seq %u: no answer of nlctrl", expected->seq);
	}
}
