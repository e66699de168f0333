// SPDX-License-Identifier: GPL-2.0-only
/* Offsets of all pairs: triangles that have to close, and the matrix for people. */

#include <linux/guestclock.h>
#include <string.h>

#include "matrix.h"
#include "schema.h"
#include "tap.h"

#define CPUS_MAX 40

/* CPU i is ahead of CPU 0 by 1000 * i, and each offset is measured 7 off. */
static bool begin(struct gc_matrix *matrix, size_t cpus, int64_t bound)
{
	struct gc_row *row;
	size_t i, j;

	*matrix = (struct gc_matrix) { 0 };
	for (i = 0; i < cpus; i++) {
		if (gc_matrix_add_cpu(matrix, (unsigned int)(2 * i)))
			return false;
	}
	if (gc_matrix_ready(matrix))
		return false;
	for (j = 1; j < cpus; j++) {
		for (i = 0; i < j; i++) {
			row = gc_row_new(&gc_schema_pair);
			gc_row_set_u(row, GC_PAIR_CPU, 2 * j);
			gc_row_set_u(row, GC_PAIR_REF_CPU, 2 * i);
			gc_row_set_u(row, GC_PAIR_STATE, GUESTCLOCK_TSC_STATE_OK);
			gc_row_set_s(row, GC_PAIR_OFFSET_CYCLES, 1000 * (int64_t)(j - i) + 7);
			gc_row_set_u(row, GC_PAIR_BOUND_CYCLES, bound);
			gc_row_set_s(row, GC_PAIR_OFFSET_NS, 400 * (int64_t)(j - i) + 3);
			gc_row_set_u(row, GC_PAIR_BOUND_NS, bound);
			gc_matrix_put(matrix, i, j, row);
		}
	}
	return true;
}

static bool prints(const struct gc_matrix *matrix, const char *const *wanted)
{
	char *text = NULL;
	size_t size, i;
	bool good = true;
	FILE *to;

	to = open_memstream(&text, &size);
	if (!to)
		return false;
	gc_matrix_print(to, matrix);
	fclose(to);
	for (i = 0; wanted[i]; i++) {
		if (strstr(text, wanted[i]))
			continue;
		printf("# no \"%s\"\n", wanted[i]);
		good = false;
	}
	for (i = 0; !good && i < size; i++) {
		if (!i || text[i - 1] == '\n')
			fputs("# ", stdout);
		putchar(text[i]);
	}
	free(text);
	return good;
}

static void test_closed(struct tap *tap)
{
	static const char *const wanted[] = {
		"minus that of the CPU on top, ns\n",
		"\nCPU            0         2         4         6\n",
		"\n     4    803+-9    403+-9         -   -403+-9\n",
		"all 4 triangles of CPUs close within their bounds\n", NULL
	};
	struct gc_matrix matrix;
	const struct gc_row *row;

	tap_case(tap, begin(&matrix, 4, 9), "there is memory");
	gc_matrix_check(&matrix);
	tap_case(tap, matrix.triangles.count == 4 && !matrix.triangles.open,
		 "offsets that agree within their bounds close");
	row = gc_matrix_row(&matrix, 1, 3);
	tap_case(tap, row->v[GC_PAIR_TRIANGLES].u == 2 && !row->v[GC_PAIR_TRIANGLES_OPEN].u &&
		 !row->v[GC_PAIR_OPEN_BY].u, "rows tell how many triangles they are in");
	tap_case(tap, prints(&matrix, wanted), "the matrix is printed, in both directions");
	gc_matrix_free(&matrix);
}

static void test_open(struct tap *tap)
{
	static const char *const wanted[] = {
		"!1993+-9", "2 of 4 triangles of CPUs do not close",
		"CPUs 0, 2 and 6, by 4980 cycles", NULL
	};
	struct gc_matrix matrix;
	struct gc_row *row;

	/* Three bounds of 9 allow 27; each triangle is 7 off by itself. */
	begin(&matrix, 4, 9);
	row = gc_row_new(&gc_schema_pair);
	gc_row_set_u(row, GC_PAIR_STATE, GUESTCLOCK_TSC_STATE_OK);
	gc_row_set_s(row, GC_PAIR_OFFSET_CYCLES, 3000 + 7 - 5000);
	gc_row_set_u(row, GC_PAIR_BOUND_CYCLES, 9);
	gc_matrix_put(&matrix, 0, 3, row);
	gc_matrix_check(&matrix);
	tap_case(tap, matrix.triangles.open == 2 && matrix.triangles.open_by == 5000 + 7 - 27,
		 "one that is off opens the triangles it is in, and by how much is told");
	row = gc_matrix_row(&matrix, 0, 3);
	tap_case(tap, row->v[GC_PAIR_TRIANGLES_OPEN].u == 2 &&
		 row->v[GC_PAIR_OPEN_BY].u == 4980 &&
		 !gc_matrix_row(&matrix, 1, 2)->v[GC_PAIR_TRIANGLES_OPEN].u,
		 "it is the one in all of them");
	tap_case(tap, prints(&matrix, wanted), "and so is what is wrong");
	gc_matrix_free(&matrix);

	begin(&matrix, 3, 2);
	gc_matrix_check(&matrix);
	tap_case(tap, matrix.triangles.open == 1 && matrix.triangles.open_by == 1,
		 "bounds that are too narrow do not close");
	gc_matrix_free(&matrix);
}

static void test_unknown(struct tap *tap)
{
	static const char *const wanted[] = {
		"no_answer", "jump", "gone", "all 1 triangles", NULL
	};
	struct gc_matrix matrix;
	struct gc_row *row;

	begin(&matrix, 4, 9);
	row = gc_row_new(&gc_schema_pair);
	gc_row_set_u(row, GC_PAIR_STATE, GUESTCLOCK_TSC_STATE_NO_ANSWER);
	gc_matrix_put(&matrix, 0, 3, row);
	row = gc_row_new(&gc_schema_pair);
	gc_row_set_u(row, GC_PAIR_STATE, GUESTCLOCK_TSC_STATE_INCONSISTENT);
	gc_row_set_u(row, GC_PAIR_FAULT, GUESTCLOCK_TSC_FAULT_JUMP);
	gc_matrix_put(&matrix, 1, 3, row);
	gc_matrix_check(&matrix);
	tap_case(tap, matrix.triangles.count == 1, "only triangles of three offsets count");
	gc_row_free(matrix.rows[5]);
	matrix.rows[5] = NULL;
	matrix.sides[5].known = false;
	tap_case(tap, prints(&matrix, wanted), "why there is no offset is told");
	gc_matrix_free(&matrix);
}

/* 40 columns do not fit on a line. */
static void test_large(struct tap *tap)
{
	static const char *const wanted[] = { "\nCPU", "9880 triangles", NULL };
	struct gc_matrix matrix;
	char *text = NULL, *line;
	bool fits = true;
	size_t size;
	FILE *to;

	begin(&matrix, CPUS_MAX, 9);
	gc_matrix_check(&matrix);
	tap_case(tap, prints(&matrix, wanted), "a large matrix is printed");
	to = open_memstream(&text, &size);
	if (to) {
		gc_matrix_print(to, &matrix);
		fclose(to);
	}
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		fits &= strlen(line) <= 100;
	tap_case(tap, fits, "in lines of 100 columns at most");
	free(text);
	gc_matrix_free(&matrix);
}

static void test_extremes(struct tap *tap)
{
	struct gc_side sides[3] = {
		{ .known = true, .offset = INT64_MAX, .bound = 1 },
		{ .known = true, .offset = INT64_MIN, .bound = 1 },
		{ .known = true, .offset = INT64_MAX, .bound = 1 },
	};
	struct gc_triangles triangles;

	gc_triangles_check(sides, 3, &triangles);
	tap_case(tap, triangles.open == 1 && triangles.open_by == UINT64_MAX,
		 "the greatest offsets there are do not wrap");
	gc_triangles_check(NULL, 0, &triangles);
	tap_case(tap, !triangles.count, "no CPU makes no triangle");
}

int main(void)
{
	struct tap tap = { 0 };

	test_closed(&tap);
	test_open(&tap);
	test_unknown(&tap);
	test_large(&tap);
	test_extremes(&tap);

	return tap_end(&tap);
}
