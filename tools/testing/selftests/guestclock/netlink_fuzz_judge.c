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

static void expect_cpu(struct fuzz_expected *expected, const unsigned char *value)
{
	__u32 cpu;

	if (!value)
		return;
	memcpy(&cpu, value, sizeof(cpu));
	if (!cpu_online(cpu))
		must_fail(expected, ENODEV);
}

/* What is wrong with values that are well-formed, each by itself. */
static void expect_of_values(struct fuzz_expected *expected, const unsigned char **values)
{
	const unsigned char *cpu = values[GUESTCLOCK_A_TSC_CPU];
	const unsigned char *ref_cpu = values[GUESTCLOCK_A_TSC_REF_CPU];

	switch (expected->command) {
	case GUESTCLOCK_CMD_TSC_MEASURE:
		expect_cpu(expected, cpu);
		break;
	case GUESTCLOCK_CMD_CLOCK_READ:
		expect_cpu(expected, values[GUESTCLOCK_A_CLOCK_CPU]);
		break;
	case GUESTCLOCK_CMD_TSC_PAIR_MEASURE:
		if (!cpu || !ref_cpu || !memcmp(cpu, ref_cpu, sizeof(__u32))) {
			must_fail(expected, EINVAL);
			break;
		}
		expect_cpu(expected, cpu);
		expect_cpu(expected, ref_cpu);
		break;
	case GUESTCLOCK_CMD_TSC_SWEEP_SET:
		/* The threshold may be less than the hysteresis of before. */
		may_fail(expected, EINVAL);
		break;
	}
}

static void expect_of_operation(struct fuzz_expected *expected,
				const struct fuzz_target *target,
				const struct nlmsghdr *header, const unsigned char *bytes)
{
	const struct genlmsghdr *genl = (const void *)(bytes + NLMSG_HDRLEN);
	const unsigned char *values[FUZZ_RULES_TYPE_MAX + 1] = { NULL };
	__u16 flags = header->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO);
	const struct fuzz_operation *operation;
	const unsigned char *attributes = bytes + NLMSG_HDRLEN + GENL_HDRLEN;
	size_t size = header->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;

	expected->command = genl->cmd;
	operation = fuzz_operation_of(genl->cmd, expected->dump);
	if (expected->dump)
		flags &= ~NLM_F_DUMP;
	if (flags || genl->reserved)
		must_fail(expected, EINVAL);
	if (!operation) {
		must_fail(expected, EOPNOTSUPP);
		/* 6.1 looks for the kind of request after the privilege. */
		operation = fuzz_operation_of(genl->cmd, !expected->dump);
		if (operation && operation->admin && !target->privileged)
			may_fail(expected, EPERM);
		return;
	}
	if (operation->admin && !target->privileged)
		must_fail(expected, EPERM);
	if (!fuzz_attributes_fit(operation, attributes, size, values))
		must_fail(expected, EINVAL);
	if (!fuzz_in_range(operation, attributes, size))
		must_fail(expected, ERANGE);
	if (expected->may_succeed)
		expect_of_values(expected, values);
	if (target->comes_and_goes && operation->admin && !expected->dump)
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
		bytes += fuzz_step(&attr, size);
		size -= fuzz_step(&attr, size);
	}
	return true;
}

static void take_data(struct fuzz_judge *judge, struct fuzz_expected *expected,
		      const struct nlmsghdr *header)
{
	const struct genlmsghdr *genl = (const void *)(header + 1);
	const struct fuzz_operation *operation;

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
	operation = fuzz_operation_of(genl->cmd, expected->dump);
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
