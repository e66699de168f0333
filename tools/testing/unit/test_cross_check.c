// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge of the cross-check, on guests that are made up, so that the truth is
 * known: clocks with bad rates, jumps, wraps and slow reads.
 */

#include <math.h>
#include <string.h>

#include <linux/guestclock.h>

#include "array.h"
#include "cross_words.h"
#include "schema.h"
#include "tap.h"

#define TSC_HZ		2596096000ULL
#define HPET_HZ		100000000ULL
#define PM_HZ		3579545ULL

/**
 * struct world - A guest, and what happens in it.
 * @count: readings, 0.25 s apart
 * @first: seconds before them that another one was taken, 0 for none
 * @rate: by clock, how much too fast it is, 0.000001 is 1 ppm
 * @jump: by clock, ns that it jumps by
 * @jump_before: index of the reading before which it does
 * @width_ns: by clock, how long reading it takes
 * @absent: by clock, it is not there
 * @noise: seed of where in its bracket a read happens, 0 for the middle
 */
struct world {
	size_t count;
	double first;
	double rate[GC_CROSS_CLOCKS];
	double jump[GC_CROSS_CLOCKS];
	size_t jump_before;
	double width_ns[GC_CROSS_CLOCKS];
	bool absent[GC_CROSS_CLOCKS];
	unsigned int noise;
};

static const uint64_t hz[GC_CROSS_CLOCKS] = { TSC_HZ, 1000000000, HPET_HZ, PM_HZ, 1000000000 };

static const uint64_t masks[GC_CROSS_CLOCKS] = {
	UINT64_MAX, UINT64_MAX, 0xffffffff, 0xffffff, UINT64_MAX
};

static struct gc_cross_check check;

/* What a clock shows at a time, by the true time in ns. */
static uint64_t shows(const struct world *world, enum gc_cross_clock clock, double ns,
		      bool jumped)
{
	double own = ns * (1 + world->rate[clock]) + (jumped ? world->jump[clock] : 0);

	return (uint64_t)(1e12 / (double)(clock + 1) + own * (double)hz[clock] / 1e9);
}

static double where_in_bracket(const struct world *world)
{
	return world->noise ? drand48() : 0.5;
}

static void make(const struct world *world)
{
	struct gc_cross_sample *sample;
	double ns = 10e9, at;
	bool jumped;
	size_t i, j;

	srand48(world->noise);
	memset(&check, 0, sizeof(check));
	check.count = world->count;
	for (i = 0; i < world->count; i++) {
		jumped = world->jump_before && i >= world->jump_before;
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			sample = &check.reading[i].clock[j];
			at = ns + world->width_ns[j] * where_in_bracket(world);
			sample->ok = !world->absent[j];
			sample->hz = hz[j];
			sample->mask = masks[j];
			sample->before = shows(world, GC_CROSS_TSC, ns, jumped);
			sample->after = shows(world, GC_CROSS_TSC, ns + world->width_ns[j], jumped);
			sample->value = shows(world, j, j ? at : ns, jumped) & sample->mask;
			if (!j)
				sample->after = sample->before;
			ns += 1000 + world->width_ns[j];
		}
		ns += !i && world->first ? world->first * 1e9 : 250e6;
	}
}

static const char *outcome(void)
{
	static char words[256];
	struct gc_cross_verdict verdict;
	char one[64], other[64];
	size_t i;

	gc_cross_vote(&check, &verdict);
	switch (verdict.outcome) {
	case GC_CROSS_AGREED:
		return "agreed";
	case GC_CROSS_UNTOLD:
		return "untold";
	case GC_CROSS_UNDETERMINED:
		gc_cross_side(&verdict, 1, one, sizeof(one));
		gc_cross_side(&verdict, 2, other, sizeof(other));
		snprintf(words, sizeof(words), "%s|%s%s", one, other,
			 verdict.like_pause ? " pause" : "");
		return words;
	case GC_CROSS_ODD:
		break;
	}
	snprintf(words, sizeof(words), "%s", verdict.sure ? "sure:" : "odd:");
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (verdict.odd[i])
			snprintf(words + strlen(words), sizeof(words) - strlen(words), " %s",
				 gc_cross_name(i));
	}
	return words;
}

/* As measured in a guest: kvm-clock and the host's clock are not read, but computed. */
#define USUAL_WIDTH { 0, 0, 8000, 12000, 0 }

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
	  .jump = { 5e8, 0, 0, 0, 2e9 }, .jump_before = 4 }, "kvm-clock|host" },
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
	  { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 4,
	    .absent = { [GC_CROSS_KVM_CLOCK] = true, [GC_CROSS_HOST] = true } },
	  "tsc|hpet acpi_pm" },
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

/* The truth lies within the bounds, and the bounds are no wider than brackets make them. */
static void test_bounds(struct tap *tap)
{
	struct world world = {
		.count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 }, .jump_before = 5,
		.rate = { 0, 0.000001, 0.0002, -0.00015, 0.000040 },
	};
	bool covered = true, found = true;
	double widest[GC_CROSS_CLOCKS] = { 0 };
	struct gc_cross_pair pair;
	size_t i;

	for (; world.noise < 200; world.noise++) {
		make(&world);
		for (i = GC_CROSS_KVM_CLOCK; i < GC_CROSS_CLOCKS; i++) {
			gc_cross_compare(&check, GC_CROSS_TSC, i, &pair);
			covered &= fabs(pair.rate_ppb + world.rate[i] * 1e9) <=
				   pair.rate_bound_ppb + 0.001;
			covered &= fabs(pair.jump_ns - 50000) <= pair.jump_bound_ns;
			found &= pair.apart && pair.jump_at == 5;
			widest[i] = fmax(widest[i], pair.jump_bound_ns);
		}
	}
	tap_case(tap, covered, "rate and jump are within their bounds");
	tap_case(tap, found, "and the jump is found where it was");
	for (i = GC_CROSS_KVM_CLOCK; i < GC_CROSS_CLOCKS; i++)
		printf("# %s: bound of the jump at most %.0f ns\n", gc_cross_name(i), widest[i]);
	tap_case(tap, widest[GC_CROSS_HOST] < 300 && widest[GC_CROSS_KVM_CLOCK] < 300 &&
		 widest[GC_CROSS_HPET] < 3 * 8000 && widest[GC_CROSS_ACPI_PM] < 3 * 12000,
		 "which a slow clock makes wide for itself alone");
}

/* What one interval has beyond a rate that clocks have is no rate. */
static void test_one_interval(struct tap *tap)
{
	struct world world = { .count = 2, .width_ns = USUAL_WIDTH, .jump = { 5000000 },
			       .jump_before = 1 };
	struct gc_cross_pair pair;

	make(&world);
	gc_cross_compare(&check, GC_CROSS_TSC, GC_CROSS_HOST, &pair);
	tap_case(tap, pair.apart && pair.jump_at == 1 && fabs(pair.jump_ns - 5000000) < 300000 &&
		 fabs(pair.rate_ppb) <= 500000, "one interval has a jump, rather than a rate");
}

static void test_reads(struct tap *tap)
{
	struct world world = { .count = 5, .first = 30, .width_ns = { 0, 0, 8000, 130000, 0 } };
	struct gc_cross_slow slow;
	struct gc_cross_pair pair;

	make(&world);
	gc_cross_reads(&check, GC_CROSS_ACPI_PM, &slow);
	tap_case(tap, slow.wraps == 6 && !slow.untold && fabs(slow.widest_ns - 130000) < 10,
		 "wraps and slow reads are told");
	gc_cross_compare(&check, GC_CROSS_HPET, GC_CROSS_ACPI_PM, &pair);
	tap_case(tap, !pair.apart && pair.intervals == 4, "and taken for no fault");
	world.first = 20000;
	make(&world);
	gc_cross_reads(&check, GC_CROSS_ACPI_PM, &slow);
	tap_case(tap, slow.untold == 1 && !strcmp(outcome(), "agreed"),
		 "how often it wrapped in hours is not guessed");
}

static void add_row(struct gc_cross_rows *rows, size_t at, enum gc_cross_clock clock,
		    uint64_t cpu)
{
	const struct gc_cross_sample *sample = &check.reading[at].clock[clock];
	struct gc_row *row = gc_row_new(&gc_schema_clock);

	gc_row_set_text(row, GC_CLOCK_NAME, gc_cross_name(clock), SIZE_MAX);
	gc_row_set_u(row, GC_CLOCK_READING, at + 1);
	gc_row_set_u(row, GC_CLOCK_STATE, GUESTCLOCK_CLOCK_STATE_OK);
	gc_row_set_u(row, GC_CLOCK_CPU, cpu);
	gc_row_set_u(row, GC_CLOCK_TSC_BEFORE, sample->before);
	gc_row_set_u(row, GC_CLOCK_VALUE, sample->value);
	gc_row_set_u(row, GC_CLOCK_TSC_AFTER, sample->after);
	gc_row_set_u(row, GC_CLOCK_MASK, sample->mask);
	gc_row_set_u(row, GC_CLOCK_HZ, sample->hz);
	gc_cross_rows_add(rows, row);
	gc_row_free(row);
}

/* As the module hands them out: the kept ones again and again, in any order. */
static void test_rows(struct tap *tap)
{
	struct world world = { .count = 9, .width_ns = { 0, 0, 8000, 130000, 0 },
			       .jump = { 50000 }, .jump_before = 4 };
	static const size_t order[] = { 3, 0, 8, 0, 1, 2, 7, 6, 5, 0, 4, 8 };
	static struct gc_cross_rows rows;
	struct gc_cross_verdict verdict;
	struct gc_row *row;
	char text[1024];
	size_t i, j;

	make(&world);
	gc_cross_rows_begin(&rows, 0);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			if (j != GC_CROSS_HPET)
				add_row(&rows, order[i], j, 0);
		}
	}
	tap_case(tap, rows.check.count == 9 && rows.check.reading[4].clock[GC_CROSS_HOST].value ==
		 check.reading[4].clock[GC_CROSS_HOST].value && !rows.others,
		 "rows become readings, each once and in order");
	add_row(&rows, 9, GC_CROSS_TSC, 1);
	tap_case(tap, rows.check.count == 9 && rows.others == 1,
		 "those of another CPU are not mixed in");
	row = gc_row_new(&gc_schema_clock);
	gc_row_set_text(row, GC_CLOCK_NAME, "hpet", SIZE_MAX);
	gc_row_set_u(row, GC_CLOCK_READING, 3);
	gc_row_set_u(row, GC_CLOCK_STATE, GUESTCLOCK_CLOCK_STATE_ABSENT);
	gc_row_set_text(row, GC_CLOCK_DETAIL, "no HPET table", SIZE_MAX);
	gc_cross_rows_add(&rows, row);
	gc_row_set_text(row, GC_CLOCK_NAME, "sundial", SIZE_MAX);
	gc_cross_rows_add(&rows, row);
	gc_row_free(row);
	gc_cross_notes(&rows, text, sizeof(text));
	tap_case(tap, strstr(text, "hpet was not read: no HPET table") &&
		 strstr(text, "reading acpi_pm took up to 130.0 us"),
		 "what is missing and what is slow is noted");
	gc_cross_vote(&rows.check, &verdict);
	gc_cross_words(&verdict, text, sizeof(text));
	printf("# %s\n", text);
	tap_case(tap, strstr(text, "the odd one out is tsc, against kvm-clock host:"),
		 "the odd one is named");
}

int main(void)
{
	struct tap tap = { 0 };

	test_rows(&tap);
	test_worlds(&tap);
	test_bounds(&tap);
	test_one_interval(&tap);
	test_reads(&tap);

	return tap_end(&tap);
}
