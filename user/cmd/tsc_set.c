// SPDX-License-Identifier: GPL-2.0-only
/* guestclock tsc --set: how TSCs are swept, and what is an event. */
#include <errno.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "duration.h"
#include "tsc_verb.h"

/**
 * enum kind - What a setting is written as.
 * @NUMBER: a number
 * @DURATION_NS: a duration, which goes to the module in ns
 * @DURATION_MS: the same in ms
 */
enum kind {
	NUMBER,
	DURATION_NS,
	DURATION_MS,
};

static const struct setting {
	const char *name;
	enum kind kind;
	int attr;
	bool is_u32;
} settings[] = {
	{ "period", DURATION_MS, GUESTCLOCK_A_TSC_SWEEP_PERIOD, true },
	{ "rounds", NUMBER, GUESTCLOCK_A_TSC_SWEEP_ROUNDS, true },
	{ "isolated", NUMBER, GUESTCLOCK_A_TSC_SWEEP_ISOLATED, true },
	{ "offset-threshold", DURATION_NS, GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD, false },
	{ "offset-hysteresis", DURATION_NS, GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS, false },
	{ "adjust-threshold", NUMBER, GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD, false },
};

static int parse_number(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || *end ? -EINVAL : 0;
}

static int parse_value(const struct setting *setting, const char *text, uint64_t *value)
{
	int err;

	if (setting->kind == NUMBER)
		err = parse_number(text, value);
	else
		err = gc_duration_parse(text, value);
	if (err)
		return err;
	if (setting->kind == DURATION_MS) {
		/* What is shorter would be 0, which turns sweeps off. */
		if (*value % 1000000)
			return -EINVAL;
		*value /= 1000000;
	}
	return setting->is_u32 && *value > UINT32_MAX ? -ERANGE : 0;
}

static const struct setting *parse(const char *text, uint64_t *value)
{
	const char *equals = strchr(text, '=');
	size_t i, len;

	if (!equals)
		return NULL;
	len = equals - text;
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (strlen(settings[i].name) == len && !strncmp(settings[i].name, text, len))
			return parse_value(&settings[i], equals + 1, value) ? NULL : &settings[i];
	}
	return NULL;
}

/**
 * gc_tsc_setting_is_good() - Whether a setting can be made sense of.
 * @text: NAME=VALUE
 *
 * Return: whether it is one; the module may still refuse the value.
 */
bool gc_tsc_setting_is_good(const char *text)
{
	uint64_t value;

	return parse(text, &value);
}

static int put(struct nl_msg *msg, const char *text)
{
	const struct setting *setting;
	uint64_t value;

	setting = parse(text, &value);
	if (!setting)
		return -NLE_INVAL;
	return setting->is_u32 ? nla_put_u32(msg, setting->attr, value) :
				 nla_put_u64(msg, setting->attr, value);
}

/**
 * gc_tsc_set() - Set what is asked for, all at once.
 * @link: the link
 * @request: what the command line asks for
 *
 * Return: 0, or a negative error of libnl.
 */
int gc_tsc_set(struct gc_link *link, const struct gc_tsc_request *request)
{
	struct nl_msg *msg = gc_link_request(link, GUESTCLOCK_CMD_TSC_SWEEP_SET, false);
	size_t i;
	int err;

	if (!msg)
		return -NLE_NOMEM;
	for (i = 0; i < request->setting_count; i++) {
		err = put(msg, request->settings[i]);
		if (err) {
			nlmsg_free(msg);
			return err;
		}
	}
	return gc_link_run(link, msg, NULL, NULL, NULL);
}
