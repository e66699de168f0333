// SPDX-License-Identifier: GPL-2.0-only
/* Durations: what is taken, and what is refused. */

#include <errno.h>
#include <stddef.h>

#include "array.h"
#include "duration.h"
#include "tap.h"

int main(void)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t ns;
	} cases[] = {
		{ "10s", 0, 10000000000 },
		{ "1ns", 0, 1 },
		{ "250us", 0, 250000 },
		{ "1.5ms", 0, 1500000 },
		{ "0.25s", 0, 250000000 },
		{ "2m", 0, 120000000000 },
		{ "1h", 0, 3600000000000 },
		{ "0", 0, 0 },
		{ "0s", 0, 0 },
		{ "1.0000000019s", 0, 1000000001 },
		{ "0.9ns", 0, 0 },
		{ "18446744073709551615ns", 0, UINT64_MAX },
		{ "18446744073709551616ns", -ERANGE, 0 },
		{ "18446744073.709551616s", -ERANGE, 0 },
		{ "99999999999999999h", -ERANGE, 0 },
		{ "10", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ ".5s", -EINVAL, 0 },
		{ "5.s", -EINVAL, 0 },
		{ "-1s", -EINVAL, 0 },
		{ "+1s", -EINVAL, 0 },
		{ " 1s", -EINVAL, 0 },
		{ "1s ", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "1S", -EINVAL, 0 },
		{ "1sec", -EINVAL, 0 },
		{ "1.2.3s", -EINVAL, 0 },
		{ "0x10s", -EINVAL, 0 },
	};
	struct tap tap = { 0 };
	char name[64];
	uint64_t ns;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ret = gc_duration_parse(cases[i].text, &ns);
		snprintf(name, sizeof(name), "'%s', return %d", cases[i].text, cases[i].ret);
		tap_case(&tap, ret == cases[i].ret && (ret || ns == cases[i].ns), name);
	}

	return tap_end(&tap);
}
