// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which clock of a watchdog's round went wrong: raw cycles of incidents that people
 * reported from their kernels' logs, and made-up ones next to them.
 */

#include <string.h>

#include "array.h"
#include "tap.h"
#include "watchdog_round.h"

static const struct {
	const char *name;
	struct gc_round round;
	enum gc_round_cause cause;
	uint64_t wraps;
} rounds[] = {
	/* Of a busy machine with hundreds of CPUs, 5.15: "acpi_pm" wrapped. */
	{ "acpi_pm that wrapped once while the watchdog was held up for 5 s",
	  { "acpi_pm", 0x8128bd, 0x92367f, 0xffffff, 312227950, 4999196389 },
	  GC_ROUND_WRAPPED, 1 },
	{ "had it been read in time",
	  { "acpi_pm", 0x8128bd, 0x92367f, 0xffffff, 312227950, 312230000 },
	  GC_ROUND_AGREES, 0 },
	{ "one that wrapped three times",
	  { "acpi_pm", 0x8128bd, 0x92367f, 0xffffff, 312227950, 14373133267 },
	  GC_ROUND_WRAPPED, 3 },
	{ "a clock that jumped by half of that",
	  { "acpi_pm", 0x8128bd, 0x92367f, 0xffffff, 312227950, 2655712170 },
	  GC_ROUND_APART, 0 },
	{ "one that jumped by a day, where any number of wraps would do",
	  { "acpi_pm", 0x8128bd, 0x92367f, 0xffffff, 312227950, 86400312227950 },
	  GC_ROUND_APART, 0 },
	/* Of a guest in another hypervisor, 5.10: the round came 2.5 s late. */
	{ "acpi_pm across its end, 2.984 s, and a TSC of 3.4935 GHz that agrees",
	  { "acpi_pm", 0x6c50c5, 0x0f4b7d, 0xffffff, 2983902739, 2983827153 },
	  GC_ROUND_AGREES, 0 },
	/* Of a machine under I/O load: 260 s at 14.318 MHz, which the kernel took for 0. */
	{ "an HPET that went on by more than half its range",
	  { "hpet", 0xf929eb3c, 0xd76e5a69, 0xffffffff, 0, 260439000000 },
	  GC_ROUND_HALF_RANGE, 0 },
	{ "acpi_pm by more than half, which the kernel took for 0",
	  { "acpi_pm", 0x000010, 0xc00010, 0xffffff, 0, 3515224000 },
	  GC_ROUND_HALF_RANGE, 0 },
	{ "and a wrap more",
	  { "acpi_pm", 0x000010, 0xc00010, 0xffffff, 0, 8202195000 }, GC_ROUND_WRAPPED, 1 },
	/* Of a server, 2.1 GHz: the HPET did not answer. */
	{ "an HPET that was read as all ones",
	  { "hpet", 0x19ec5720, 0xffffffff, 0xffffffff, 269593000000, 499991702 },
	  GC_ROUND_ALL_ONES, 0 },
	/* Of a laptop whose HPET had not been started. */
	{ "an HPET that stands still", { "hpet", 0x33, 0x33, 0xffffffff, 0, 500000000 },
	  GC_ROUND_STOOD_STILL, 0 },
	/* As a guest saw it after a pause of 3 s: the TSC went on, kvm-clock did not. */
	{ "kvm-clock against a TSC that is 2.95 s ahead",
	  { "kvm-clock", 87000000000, 87511860723, UINT64_MAX, 511860723, 3463955244 },
	  GC_ROUND_APART, 0 },
	{ "kvm-clock against a TSC that agrees",
	  { "kvm-clock", 87000000000, 87511860723, UINT64_MAX, 511860723, 511860900 },
	  GC_ROUND_AGREES, 0 },
	{ "kvm-clock that stands still",
	  { "kvm-clock", 87000000000, 87000000000, UINT64_MAX, 0, 500000000 },
	  GC_ROUND_STOOD_STILL, 0 },
	{ "a jump of 1.3 s", { "hpet", 0, 50000000, 0xffffffff, 500000000, 1800000000 },
	  GC_ROUND_APART, 0 },
	{ "an HPET of 100 MHz that wrapped",
	  { "hpet", 0xfffffff0, 50000000 - 0x10, 0xffffffff, 500000000, 43449672960 },
	  GC_ROUND_WRAPPED, 1 },
	{ "nothing at all", { "", 0, 0, 0, 0, 0 }, GC_ROUND_AGREES, 0 },
};

int main(void)
{
	struct gc_round_verdict verdict;
	struct tap tap = { 0 };
	bool good;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rounds); i++) {
		gc_round_judge(&rounds[i].round, &verdict);
		good = verdict.cause == rounds[i].cause && verdict.wraps == rounds[i].wraps;
		if (!good)
			printf("# cause %d, %lu wraps, range %lu ns\n", verdict.cause,
			       (unsigned long)verdict.wraps, (unsigned long)verdict.range_ns);
		tap_case(&tap, good, rounds[i].name);
	}
	gc_round_judge(&rounds[0].round, &verdict);
	tap_case(&tap, verdict.range_ns / 1000000 == 4686, "acpi_pm wraps in 4.687 s");

	return tap_end(&tap);
}
