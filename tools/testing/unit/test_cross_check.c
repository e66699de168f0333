// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the cross-check tells of a pair of clocks, on guests that are made up, and of
 * the rows that the module hands out.
 */

#include <math.h>
#include <string.h>

#include <linux/guestclock.h>

#include "array.h"
#include "cross_words.h"
#include "made_clocks.h"
#include "schema.h"
#include "tap.h"

/* The truth lies within the bounds, and the bounds are no wider than brackets make them. */
static void test_bounds(struct tap *tap)
{
	struct world world = {
		.count = 9, .width_ns = USUAL_WIDTH, .jump = { 500000 }, .jump_before = 5,
		.rate = { 0, 0.000001, 0.0002, -0.00015, 0.000040 },
	};
	/* What slewing may make of 0.25 s, and of the time that reading takes. */
	const double slewing_ns = 125100;
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
			covered &= fabs(pair.jump_ns - 500000) <= pair.jump_bound_ns;
			found &= pair.apart && pair.jump_at == 5;
			widest[i] = fmax(widest[i], pair.jump_bound_ns);
		}
	}
	tap_case(tap, covered, "rate and jump are within their bounds");
	tap_case(tap, found, "and the jump is found where it was");
	for (i = GC_CROSS_KVM_CLOCK; i < GC_CROSS_CLOCKS; i++)
		printf("# %s: bound of the jump at most %.0f ns\n", gc_cross_name(i), widest[i]);
	tap_case(tap, widest[GC_CROSS_KVM_CLOCK] < 300 &&
		 widest[GC_CROSS_HOST] < slewing_ns + 300 &&
		 widest[GC_CROSS_HPET] < slewing_ns + 3 * 8000 &&
		 widest[GC_CROSS_ACPI_PM] < slewing_ns + 3 * 12000,
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

/* Jumps that cancel each other are jumps. */
static void test_there_and_back(struct tap *tap)
{
	struct world world = { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 50000 },
			       .jump_before = 4, .back_before = 6 };
	struct gc_cross_verdict verdict;
	struct gc_cross_pair pair;
	char text[512];

	make(&world);
	gc_cross_compare(&check, GC_CROSS_TSC, GC_CROSS_KVM_CLOCK, &pair);
	tap_case(tap, pair.apart && pair.jumps == 2 && (pair.jump_at == 4 || pair.jump_at == 6) &&
		 fabs(fabs(pair.jump_ns) - 50000) <= pair.jump_bound_ns,
		 "of jumps that cancel each other the largest is told");
	gc_cross_vote(&check, &verdict);
	gc_cross_words(&verdict, text, sizeof(text));
	tap_case(tap, strstr(text, "in the largest of 2 jumps"), "and how many there were");
	gc_cross_compare(&check, GC_CROSS_KVM_CLOCK, GC_CROSS_HPET, &pair);
	tap_case(tap, !pair.apart && !pair.jump_at && !pair.jump_ns,
		 "clocks that are alike have none");
}

/* By its cycles alone a counter may always have gone whole ranges more, or less, far. */
static void test_narrow(struct tap *tap)
{
	struct world world = { .count = 9, .width_ns = USUAL_WIDTH, .jump = { 0, 0, -1e9 },
			       .jump_before = 4 };
	struct gc_cross_verdict verdict;
	struct gc_cross_slow slow;
	struct gc_cross_pair pair;
	char text[512];

	make(&world);
	gc_cross_compare(&check, GC_CROSS_TSC, GC_CROSS_HPET, &pair);
	tap_case(tap, pair.apart && fabs(pair.jump_ns - 1e9) <= pair.jump_bound_ns &&
		 pair.range_ns > 42e9, "an HPET that goes back by 1 s went 1 s less far");
	gc_cross_vote(&check, &verdict);
	gc_cross_words(&verdict, text, sizeof(text));
	tap_case(tap, strstr(text, "or by whole numbers of 42949673 us more or less"),
		 "or by whole ranges more, or less");

	world = (struct world) { .count = 9, .first = 10, .width_ns = USUAL_WIDTH,
				 .jump = { 0, 0, 0, -7e9 }, .jump_before = 1 };
	make(&world);
	gc_cross_compare(&check, GC_CROSS_TSC, GC_CROSS_ACPI_PM, &pair);
	tap_case(tap, pair.apart && pair.range_ns > 4.6e9 && !strcmp(outcome(), "sure: acpi_pm") &&
		 fabs(remainder(pair.jump_ns - 7e9, pair.range_ns)) <= pair.jump_bound_ns,
		 "acpi_pm that stood still for longer than its range, too");
	gc_cross_reads(&check, GC_CROSS_ACPI_PM, &slow);
	tap_case(tap, !slow.wraps, "of which no number of wraps is told");
	gc_cross_compare(&check, GC_CROSS_TSC, GC_CROSS_HPET, &pair);
	tap_case(tap, !pair.apart && !pair.range_ns, "others are not doubted");
}

static void test_earlier(struct tap *tap)
{
	struct world world = { .count = 2, .first = 60, .width_ns = USUAL_WIDTH,
			       .jump = { 0, 0, 0, 0, 76e9 }, .jump_before = 1 };
	char text[1024] = "";

	make(&world);
	gc_cross_note_earlier(&check, text, sizeof(text));
	tap_case(tap, strstr(text, "earlier, between 10.0 s and 70.0 s after boot: the odd one"
			     " out is host"), "what happened earlier is a note");
	world.jump_before = 0;
	make(&world);
	text[0] = '\0';
	gc_cross_note_earlier(&check, text, sizeof(text));
	tap_case(tap, !*text, "when something did");
}

static struct gc_row *make_row(size_t at, enum gc_cross_clock clock, uint64_t cpu)
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
	return row;
}

static void add_row(struct gc_cross_rows *rows, size_t at, enum gc_cross_clock clock,
		    uint64_t cpu)
{
	struct gc_row *row = make_row(at, clock, cpu);

	gc_cross_rows_add(rows, row);
	gc_row_free(row);
}

/* As at a request: what the module kept, at load and at an incident, and the newest. */
static void add_dump(struct gc_cross_request *request, size_t incident, size_t newest)
{
	static const uint64_t moments[] = {
		GUESTCLOCK_CLOCK_MOMENT_LOAD, GUESTCLOCK_CLOCK_MOMENT_INCIDENT,
		GUESTCLOCK_CLOCK_MOMENT_REQUEST,
	};
	const size_t at[] = { 0, incident, newest };
	struct gc_row *row;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			row = make_row(at[i], j, 0);
			gc_row_set_u(row, GC_CLOCK_MOMENT, moments[i]);
			gc_cross_request_add(request, row);
			gc_row_free(row);
		}
	}
}

static void test_request(struct tap *tap)
{
	struct world world = { .count = 9, .width_ns = USUAL_WIDTH };
	static struct gc_cross_request request;
	size_t i;

	make(&world);
	gc_cross_request_begin(&request, 0);
	for (i = 2; i < 9; i++)
		add_dump(&request, i > 5 ? 5 : 1, i == 5 ? 4 : i);
	tap_case(tap, request.rows.check.count == 7 && request.rows.check.reading[0].number == 3 &&
		 request.rows.check.reading[3].number == 6,
		 "readings from the request on are one thing, incidents among them");
	tap_case(tap, request.earlier.check.count == 3 &&
		 request.earlier.check.reading[0].number == 1 &&
		 request.earlier.check.reading[2].number == 3, "those up to it another");
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
	for (j = 0; j < GC_CROSS_CLOCKS; j++) {
		add_row(&rows, 9, j, 1);
		add_row(&rows, 9, j, 1);
	}
	tap_case(tap, rows.check.count == 9 && rows.others == 1,
		 "those of another CPU are not mixed in, and counted once");
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
	test_request(&tap);
	test_bounds(&tap);
	test_one_interval(&tap);
	test_reads(&tap);
	test_there_and_back(&tap);
	test_narrow(&tap);
	test_earlier(&tap);

	return tap_end(&tap);
}
