// SPDX-License-Identifier: GPL-2.0-only
/*
 * The family's operations and the attributes that they take, as
 * Documentation/netlink/specs/guestclock.yaml has them, for the fuzzer's judge.
 */
#include <linux/guestclock.h>
#include <linux/netlink.h>
#include <string.h>

#include "netlink_fuzz.h"

static const struct fuzz_rule measure_rules[] = {
	{ GUESTCLOCK_A_TSC_CPU, 4, 0, 0 },
	{ GUESTCLOCK_A_TSC_ROUNDS_WANTED, 4, 1, FUZZ_ROUNDS_MAX },
	{ 0, 0, 0, 0 }
};

static const struct fuzz_rule pair_rules[] = {
	{ GUESTCLOCK_A_TSC_CPU, 4, 0, 0 },
	{ GUESTCLOCK_A_TSC_REF_CPU, 4, 0, 0 },
	{ GUESTCLOCK_A_TSC_ROUNDS_WANTED, 4, 1, FUZZ_ROUNDS_MAX },
	{ 0, 0, 0, 0 }
};

static const struct fuzz_rule sweep_rules[] = {
	{ GUESTCLOCK_A_TSC_SWEEP_PERIOD, 4, 0, FUZZ_PERIOD_MAX },
	{ GUESTCLOCK_A_TSC_SWEEP_ROUNDS, 4, 1, FUZZ_ROUNDS_MAX },
	{ GUESTCLOCK_A_TSC_SWEEP_ISOLATED, 4, 0, 1 },
	{ GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD, 8, 0, 0 },
	{ GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS, 8, 0, 0 },
	{ GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD, 8, 0, 0 },
	{ 0, 0, 0, 0 }
};

static const struct fuzz_rule event_rules[] = {
	{ GUESTCLOCK_A_EVENT_SINCE_SEQ, 8, 0, 0 },
	{ 0, 0, 0, 0 }
};

static const struct fuzz_rule clock_rules[] = {
	{ GUESTCLOCK_A_CLOCK_CPU, 4, 0, 0 },
	{ 0, 0, 0, 0 }
};

static const struct fuzz_operation operations[FUZZ_COMMANDS] = {
	[GUESTCLOCK_CMD_STATUS_GET] = { .answer_max = GUESTCLOCK_A_STATUS_MAX },
	[GUESTCLOCK_CMD_OBSERVER_GET] = { .dump = true, .answer_max = GUESTCLOCK_A_OBSERVER_MAX },
	[GUESTCLOCK_CMD_PVCLOCK_GET] = { .dump = true, .answer_max = GUESTCLOCK_A_PVCLOCK_MAX },
	[GUESTCLOCK_CMD_TSC_GET] = { .dump = true, .answer_max = GUESTCLOCK_A_TSC_MAX },
	[GUESTCLOCK_CMD_CLOCKSOURCE_GET] = { .answer_max = GUESTCLOCK_A_CLOCKSOURCE_MAX },
	[GUESTCLOCK_CMD_TSC_MEASURE] = { .admin = true, .rules = measure_rules, .silent = true },
	[GUESTCLOCK_CMD_EVENT_GET] = {
		.dump = true, .admin = true, .rules = event_rules,
		.answer_max = GUESTCLOCK_A_EVENT_MAX,
	},
	[GUESTCLOCK_CMD_TSC_INFO_GET] = { .answer_max = GUESTCLOCK_A_TSC_INFO_MAX },
	[GUESTCLOCK_CMD_TSC_SWEEP_GET] = { .answer_max = GUESTCLOCK_A_TSC_SWEEP_MAX },
	[GUESTCLOCK_CMD_TSC_SWEEP_SET] = { .admin = true, .rules = sweep_rules, .silent = true },
	[GUESTCLOCK_CMD_TSC_PAIR_MEASURE] = {
		.admin = true, .rules = pair_rules,
		.answer_max = GUESTCLOCK_A_TSC_MAX,
	},
	[GUESTCLOCK_CMD_WATCHDOG_GET] = { .answer_max = GUESTCLOCK_A_WATCHDOG_MAX },
	[GUESTCLOCK_CMD_CLOCK_READ] = { .admin = true, .rules = clock_rules, .silent = true },
	[GUESTCLOCK_CMD_CLOCK_GET] = { .dump = true, .answer_max = GUESTCLOCK_A_CLOCK_MAX },
};

/**
 * fuzz_operation_of() - the operation behind a command
 * @command: its number
 * @dump: a dump is asked for, else a do
 *
 * Return: the operation, or NULL when there is none of the kind.
 */
const struct fuzz_operation *fuzz_operation_of(__u8 command, bool dump)
{
	if (command >= FUZZ_COMMANDS ||
	    (!operations[command].answer_max && !operations[command].silent))
		return NULL;
	return operations[command].dump == dump ? &operations[command] : NULL;
}

/**
 * fuzz_step() - from an attribute to the next
 * @attr: the attribute
 * @left: bytes from it on
 *
 * Return: bytes to the next one; the last one need not be padded.
 */
size_t fuzz_step(const struct nlattr *attr, size_t left)
{
	size_t aligned = NLA_ALIGN(attr->nla_len);

	return aligned < left ? aligned : left;
}

static const struct fuzz_rule *rule_of(const struct fuzz_operation *operation, __u16 type)
{
	const struct fuzz_rule *rule;

	for (rule = operation->rules; rule && rule->type; rule++) {
		if (rule->type == type)
			return rule;
	}
	return NULL;
}

/**
 * fuzz_attributes_fit() - whether attributes are well-formed, strictly
 * @operation: takes them
 * @bytes: the attributes
 * @size: how many bytes
 * @values: set to those given, by their types; of two the last one counts
 *
 * Return: true when all are known, of one size, and nothing is left over.
 */
bool fuzz_attributes_fit(const struct fuzz_operation *operation, const unsigned char *bytes,
			 size_t size, const unsigned char **values)
{
	const struct fuzz_rule *rule;
	struct nlattr attr;

	while (size) {
		if (size < sizeof(attr))
			return false;
		memcpy(&attr, bytes, sizeof(attr));
		rule = rule_of(operation, attr.nla_type & NLA_TYPE_MASK);
		if (attr.nla_len < sizeof(attr) || attr.nla_len > size || !rule ||
		    (attr.nla_type & NLA_F_NESTED) || attr.nla_len != sizeof(attr) + rule->size)
			return false;
		values[rule->type] = bytes + sizeof(attr);
		bytes += fuzz_step(&attr, size);
		size -= fuzz_step(&attr, size);
	}
	return true;
}

/**
 * fuzz_in_range() - whether numbers are as large as they may be
 * @operation: takes them
 * @bytes: the attributes
 * @size: how many bytes
 *
 * All of them are looked at, also one that a later one of its type replaces.
 *
 * Return: whether they are.
 */
bool fuzz_in_range(const struct fuzz_operation *operation, const unsigned char *bytes,
		   size_t size)
{
	const struct fuzz_rule *rule;
	struct nlattr attr;
	__u32 value;

	while (size >= sizeof(attr)) {
		memcpy(&attr, bytes, sizeof(attr));
		rule = rule_of(operation, attr.nla_type & NLA_TYPE_MASK);
		if (attr.nla_len < sizeof(attr) || attr.nla_len > size)
			return true;
		if (rule && rule->max && attr.nla_len == sizeof(attr) + sizeof(value)) {
			memcpy(&value, bytes + sizeof(attr), sizeof(value));
			if (value < rule->min || value > rule->max)
				return false;
		}
		bytes += fuzz_step(&attr, size);
		size -= fuzz_step(&attr, size);
	}
	return true;
}

