// SPDX-License-Identifier: GPL-2.0-only
/* Prints how many jiffies the kernel has in a second: its coarse clocks advance by one. */
#include <stdio.h>
#include <time.h>

int main(void)
{
	struct timespec jiffy;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy)) {
		perror("kernel_hz");
		return 1;
	}
	printf("%ld\n", (1000000000 + jiffy.tv_nsec / 2) / jiffy.tv_nsec);
	return 0;
}
