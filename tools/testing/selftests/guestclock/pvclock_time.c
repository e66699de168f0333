// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-clock from a page and a TSC reading, by the formula of the ABI and
 * written without a look at the module under test.
 *
 * Usage: pvclock_time TSC_TIMESTAMP SYSTEM_TIME MUL SHIFT TSC...
 * Prints one line of nanoseconds for each TSC.
 */
#include <stdio.h>
#include <stdlib.h>

static unsigned long long pvclock_ns(unsigned long long timestamp,
				     unsigned long long system_time,
				     unsigned int mul, int shift, unsigned long long tsc)
{
	unsigned long long delta = tsc - timestamp;

	if (shift < 0)
		delta >>= -shift;
	else
		delta <<= shift;

	return system_time + (unsigned long long)(((__uint128_t)delta * mul) >> 32);
}

int main(int argc, char **argv)
{
	unsigned long long timestamp, system_time;
	unsigned int mul;
	int shift, i;

	if (argc < 6) {
		fprintf(stderr, "usage: pvclock_time TSC_TIMESTAMP SYSTEM_TIME MUL SHIFT TSC...\n");
		return 64;
	}

	timestamp = strtoull(argv[1], NULL, 10);
	system_time = strtoull(argv[2], NULL, 10);
	mul = strtoul(argv[3], NULL, 10);
	shift = atoi(argv[4]);

	for (i = 5; i < argc; i++)
		printf("%llu\n", pvclock_ns(timestamp, system_time, mul, shift,
					    strtoull(argv[i], NULL, 10)));
	return 0;
}
