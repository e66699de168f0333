// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge of the cross-check, on guests that are made up: clocks with bad rates,
 * jumps, wraps and slow reads.
 */

#include "array.h"
#include "made_clocks.h"
#include "tap.h"

static const struct {
	const char *name;
	struct world world;
	const char *want;
} worlds[] = {
	{ "good clocks agree", { .count = 9, .width_ns = USUAL_WIDTH }, "agreed" },
	{ "clocks with rates that clocks have, too",
	  { .count = 9, .width_ns = USUAL_WIDTH,
	    .rate = { 0, 0.000001, 0.0002, -0.00015, 0.000040 } }, "agreed" },
	{ "a TSC that jumps by 50 us is the odd one",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 4 },
	  "sure: tsc" },
	{ "also back", { .count = 9, .width_ns = USUAL_WIDTH, .jump = { -50000 },
	  .jump_before = 4 }, "sure: tsc" },
	{ "with clocks of other rates",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 4,
	    .rate = { 0, 0.000001, 0.0002, -0.00015, 0.000040 } }, "sure: tsc" },
	{ "when it jumped long ago, too",
	  { .count = 9, .first = 30, .width_ns = USUAL_WIDTH, .jump = { 50000 },
	    .jump_before = 1 }, "odd: tsc" },
	{ "where the VMM's clocks are read too slowly to tell",
	  { .count = 9, .width_ns = { 0, 0, 200000, 200000, 0 }, .jump = { 50000 },
	    .jump_before = 4 }, "odd: tsc" },
	{ "and without the host's clock, nobody knows",
	  { .count = 9, .width_ns = { 0, 0, 200000, 200000, 0 }, .jump = { 50000 },
	    .jump_before = 4, .absent = { [GC_CROSS_HOST] = true } }, "tsc|kvm-clock" },
	{ "kvm-clock alone", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 0, -3e9, 0, 0, 0 }, .jump_before = 4 }, "sure: kvm-clock" },
	{ "an HPET that stands still for 100 ms",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 0, 0, -1e8, 0, 0 },
	    .jump_before = 4 }, "sure: hpet" },
	{ "the VMM's virtual clock", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 0, 0, 5e8, 5e8, 0 }, .jump_before = 4 }, "odd: hpet acpi_pm" },
	{ "a host whose clock is set", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 0, 0, 0, 0, 76e9 }, .jump_before = 4 }, "odd: host" },
	{ "a pause is recognised", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 3e9, 0, 0, 0, 3e9 }, .jump_before = 4 },
	  "tsc host|kvm-clock hpet acpi_pm pause" },
	{ "one of acpi_pm's range leaves that one out", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 4.687e9, 0, 0, 0, 4.687e9 }, .jump_before = 4 },
	  "tsc host|kvm-clock hpet pause" },
	{ "a pause without the host's clock, in which only the TSC goes on, too",
	  { .count = 9, .first = 60, .width_ns = USUAL_WIDTH, .jump = { 3e9, 0, 0, 0, 0 },
	    .jump_before = 1, .absent = { [GC_CROSS_HOST] = true } },
	  "tsc|kvm-clock hpet acpi_pm pause" },
	{ "by two readings, too",
	  { .count = 2, .first = 60, .width_ns = USUAL_WIDTH, .jump = { 3e9, 0, 0, 0, 0 },
	    .jump_before = 1, .absent = { [GC_CROSS_HOST] = true } },
	  "tsc|kvm-clock hpet acpi_pm pause" },
	{ "no pause makes a TSC go back",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { -3e9, 0, 0, 0, 0 },
	    .jump_before = 4, .absent = { [GC_CROSS_HOST] = true } }, "odd: tsc" },
	{ "TSC and kvm-clock against the VMM without a host",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 1e9, 1e9, 0, 0, 0 },
	    .jump_before = 4, .absent = { [GC_CROSS_HOST] = true } },
	  "tsc kvm-clock|hpet acpi_pm" },
	{ "a TSC of another rate", { .count = 9, .width_ns = USUAL_WIDTH,
	  .rate = { 0.003, 0, 0, 0, 0 } }, "sure: tsc" },
	{ "three sides", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 5e8, 0, 0, 0, 2e9 }, .jump_before = 4 },
	  "tsc|kvm-clock hpet acpi_pm" },
	{ "two readings tell a jump that no rate explains",
	  { .count = 2, .width_ns = USUAL_WIDTH, .jump = { 5000000 }, .jump_before = 1 },
	  "sure: tsc" },
	{ "two readings do not tell 50 us from a rate",
	  { .count = 2, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 1 },
	  "agreed" },
	{ "one reading tells nothing", { .count = 1, .width_ns = USUAL_WIDTH }, "untold" },
	{ "one clock tells nothing", { .count = 9, .width_ns = USUAL_WIDTH,
	  .absent = { false, true, true, true, true } }, "untold" },
	{ "a guest without KVM: the TSC against the rest",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 500000 }, .jump_before = 4,
	    .absent = { [GC_CROSS_KVM_CLOCK] = true, [GC_CROSS_HOST] = true } },
	  "tsc|hpet acpi_pm" },
	{ "where less than slewing makes of an interval is no jump",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 4,
	    .absent = { [GC_CROSS_KVM_CLOCK] = true, [GC_CROSS_HOST] = true } }, "agreed" },
	{ "a host whose NTP goes by another rate than an hour ago",
	  { .count = 9, .first = 3600, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .slewed = { 0, 0, 0.0000011, 0.0000011, 0.0000011 } }, "agreed" },
	{ "between one reading long ago and two at an incident, too",
	  { .count = 3, .first = 600, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .slewed = { 0, 0, 0.000001, 0.000001, 0.000001 } }, "agreed" },
	{ "one that was slewed by 50 ppm for 20 s, and its VMM with it",
	  { .count = 9, .first = 60, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .jump = { 0, 0, 1e6, 1e6, 1e6 } }, "agreed" },
	{ "or without it",
	  { .count = 9, .first = 60, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .jump = { 0, 0, 0, 0, 3e6 } }, "agreed" },
	{ "one whose rate changes while it is read",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump_before = 4,
	    .slewed = { 0, 0, 0.00001, 0.00001, 0.00001 } }, "agreed" },
	{ "which hides no TSC that jumps",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump_before = 4, .jump = { 50000 },
	    .slewed = { 0, 0, 0, 0, 0.00001 } }, "sure: tsc" },
	{ "nor does an hour with another rate",
	  { .count = 9, .first = 3600, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .jump = { 5e8 }, .slewed = { 0, 0, 0.0000011, 0.0000011, 0.0000011 } }, "sure: tsc" },
	{ "or a pause", { .count = 9, .first = 3600, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .jump = { 5e8, 0, 0, 0, 5e8 }, .slewed = { 0, 0, 0.0000011, 0.0000011, 0.0000011 } },
	  "tsc host|kvm-clock hpet pause" },
	{ "one that slewing may have brought between two is on no side",
	  { .count = 9, .first = 3600, .width_ns = USUAL_WIDTH, .jump_before = 1,
	    .jump = { 5e8, 0, 0, 0, 2e8 } }, "tsc|kvm-clock hpet pause" },
	{ "a TSC that jumps there and back",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 4,
	    .back_before = 6 }, "sure: tsc" },
	{ "an HPET that is read wrongly once",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 0, 0, 1e8, 0, 0 },
	    .jump_before = 4, .back_before = 5 }, "sure: hpet" },
	{ "a TSC that jumps while the clocks are read",
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 5e6 }, .jump_before = 4,
	    .within = GC_CROSS_ACPI_PM }, "sure: tsc" },
	{ "an HPET that goes back", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 0, 0, -1e9, 0, 0 }, .jump_before = 4 }, "sure: hpet" },
	{ "acpi_pm that does", { .count = 9, .width_ns = USUAL_WIDTH,
	  .jump = { 0, 0, 0, -1e9, 0 }, .jump_before = 4 }, "sure: acpi_pm" },
};

static void test_worlds(struct tap *tap)
{
	struct world world;
	const char *got;
	bool good;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		good = true;
		/* Whatever happens where within the brackets. */
		for (world = worlds[i].world; world.noise < 50 && good; world.noise++) {
			make(&world);
			got = outcome();
			good = !strcmp(got, worlds[i].want);
			if (!good)
				printf("# noise %u: got '%s', want '%s'\n", world.noise, got,
				       worlds[i].want);
		}
		tap_case(tap, good, worlds[i].name);
	}
}

int main(void)
{
	struct tap tap = { 0 };

	test_worlds(&tap);

	return tap_end(&tap);
}
