// SPDX-License-Identifier: GPL-2.0-only
/* The offsets between all pairs of CPUs, and whether they agree. */
#include "matrix.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

/* Lines for people are no longer than this where one column fits. */
#define LINE_WIDTH	100

/* Of the CPU at the beginning of a line. */
#define CPU_WIDTH	6

#define CELL_SIZE	64

/**
 * gc_matrix_add_cpu() - Add a CPU.
 * @matrix: the matrix, empty at first
 * @cpu: its number, higher than those before
 *
 * Return: 0, or -ENOMEM.
 */
int gc_matrix_add_cpu(struct gc_matrix *matrix, unsigned int cpu)
{
	unsigned int *cpus = reallocarray(matrix->cpus, matrix->count + 1, sizeof(*cpus));

	if (!cpus)
		return -ENOMEM;
	matrix->cpus = cpus;
	cpus[matrix->count++] = cpu;
	return 0;
}

/**
 * gc_matrix_ready() - Make room for the pairs when all CPUs are there.
 * @matrix: the matrix
 *
 * Return: 0, or -ENOMEM.
 */
int gc_matrix_ready(struct gc_matrix *matrix)
{
	size_t pairs = gc_sides_count(matrix->count);

	matrix->rows = calloc(pairs + 1, sizeof(struct gc_row *));
	matrix->sides = calloc(pairs + 1, sizeof(*matrix->sides));
	return matrix->rows && matrix->sides ? 0 : -ENOMEM;
}

static struct gc_row **place(const struct gc_matrix *matrix, size_t first, size_t second)
{
	return &matrix->rows[gc_side_of(matrix->sides, first, second) - matrix->sides];
}

/**
 * gc_matrix_put() - Put in what was measured.
 * @matrix: the matrix
 * @first: index of the reference CPU
 * @second: index of the other one, higher
 * @row: the row of gc_schema_pair, owned by the matrix from now on
 */
void gc_matrix_put(struct gc_matrix *matrix, size_t first, size_t second, struct gc_row *row)
{
	struct gc_side *side = gc_side_of(matrix->sides, first, second);
	struct gc_row **where = place(matrix, first, second);

	gc_row_free(*where);
	*where = row;
	*side = (struct gc_side) {
		.known = row->v[GC_PAIR_STATE].u == GUESTCLOCK_TSC_STATE_OK &&
			 row->v[GC_PAIR_OFFSET_CYCLES].present &&
			 row->v[GC_PAIR_BOUND_CYCLES].present,
		.offset = row->v[GC_PAIR_OFFSET_CYCLES].s,
		.bound = row->v[GC_PAIR_BOUND_CYCLES].u,
	};
}

/**
 * gc_matrix_row() - What was measured of a pair.
 * @matrix: the matrix
 * @first: index of the reference CPU
 * @second: index of the other one, higher
 *
 * Return: the row, owned by the matrix, or NULL.
 */
struct gc_row *gc_matrix_row(const struct gc_matrix *matrix, size_t first, size_t second)
{
	return *place(matrix, first, second);
}

/**
 * gc_matrix_check() - Check that the offsets agree, and note in each row how it fits.
 * @matrix: the matrix, all of it measured
 */
void gc_matrix_check(struct gc_matrix *matrix)
{
	const struct gc_side *side;
	struct gc_row *row;
	size_t i;

	gc_triangles_check(matrix->sides, matrix->count, &matrix->triangles);
	for (i = 0; i < gc_sides_count(matrix->count); i++) {
		row = matrix->rows[i];
		side = &matrix->sides[i];
		if (!row || !side->triangles)
			continue;
		gc_row_set_u(row, GC_PAIR_TRIANGLES, side->triangles);
		gc_row_set_u(row, GC_PAIR_TRIANGLES_OPEN, side->open);
		gc_row_set_u(row, GC_PAIR_OPEN_BY, side->open_by);
	}
}

/* Whether there are nanoseconds: not where the kernel knows no frequency. */
static bool in_ns(const struct gc_matrix *matrix)
{
	size_t i;

	for (i = 0; i < gc_sides_count(matrix->count); i++) {
		if (matrix->sides[i].known && (!matrix->rows[i]->v[GC_PAIR_BOUND_NS].present ||
					       !matrix->rows[i]->v[GC_PAIR_BOUND_NS].u))
			return false;
	}
	return true;
}

static const char *why_not(const struct gc_row *row, char *cell)
{
	if (!row)
		return "gone";
	if (row->v[GC_PAIR_FAULT].present)
		return gc_words_name(&gc_words_tsc_fault, row->v[GC_PAIR_FAULT].u, cell, CELL_SIZE);
	return gc_words_name(&gc_words_tsc_state, row->v[GC_PAIR_STATE].u, cell, CELL_SIZE);
}

/* The TSC of the CPU of the line minus that of the column's. */
static const char *cell_of(const struct gc_matrix *matrix, size_t line, size_t column, bool ns,
			   char *cell)
{
	size_t first = line < column ? line : column;
	size_t second = line < column ? column : line;
	const struct gc_side *side;
	const struct gc_row *row;
	int64_t offset;

	if (line == column)
		return "-";
	side = gc_side_of(matrix->sides, first, second);
	row = gc_matrix_row(matrix, first, second);
	if (!side->known)
		return why_not(row, cell);
	offset = row->v[ns ? GC_PAIR_OFFSET_NS : GC_PAIR_OFFSET_CYCLES].s;
	if (line < column && offset != INT64_MIN)
		offset = -offset;
	snprintf(cell, CELL_SIZE, "%s%" PRId64 "+-%" PRIu64, side->open ? "!" : "", offset,
		 row->v[ns ? GC_PAIR_BOUND_NS : GC_PAIR_BOUND_CYCLES].u);
	return cell;
}

static int width_of(const struct gc_matrix *matrix, bool ns)
{
	char cell[CELL_SIZE];
	size_t line, column;
	int width = 5, len;

	for (line = 0; line < matrix->count; line++) {
		for (column = 0; column < matrix->count; column++) {
			len = (int)strlen(cell_of(matrix, line, column, ns, cell));
			width = len > width ? len : width;
		}
	}
	return width;
}

static void print_block(FILE *to, const struct gc_matrix *matrix, bool ns, int width,
			size_t begin, size_t end)
{
	char cell[CELL_SIZE];
	size_t line, column;

	fprintf(to, "%-*s", CPU_WIDTH, "CPU");
	for (column = begin; column < end; column++)
		fprintf(to, "  %*u", width, matrix->cpus[column]);
	fputc('\n', to);
	for (line = 0; line < matrix->count; line++) {
		fprintf(to, "%*u", CPU_WIDTH, matrix->cpus[line]);
		for (column = begin; column < end; column++)
			fprintf(to, "  %*s", width, cell_of(matrix, line, column, ns, cell));
		fputc('\n', to);
	}
}

static void print_triangles(FILE *to, const struct gc_matrix *matrix)
{
	const struct gc_triangles *triangles = &matrix->triangles;
	const size_t *worst = triangles->worst;

	if (!triangles->count)
		fputs("no three CPUs with all offsets: nothing to check them against\n", to);
	else if (!triangles->open)
		fprintf(to, "all %" PRIu64 " triangles of CPUs close within their bounds\n",
			triangles->count);
	else
		fprintf(to, "%" PRIu64 " of %" PRIu64 " triangles of CPUs do not close, the worst,"
			" CPUs %u, %u and %u, by %" PRIu64 " cycles\nbeyond the bounds: a bound is"
			" wrong, or a TSC moved meanwhile; ! marks offsets in question\n",
			triangles->open, triangles->count, matrix->cpus[worst[0]],
			matrix->cpus[worst[1]], matrix->cpus[worst[2]], triangles->open_by);
}

/**
 * gc_matrix_print() - Print it for people, in blocks of columns that fit.
 * @to: where it goes
 * @matrix: the matrix, checked
 */
void gc_matrix_print(FILE *to, const struct gc_matrix *matrix)
{
	bool ns = in_ns(matrix);
	int width = width_of(matrix, ns);
	size_t columns = (LINE_WIDTH - CPU_WIDTH) / (width + 2);
	size_t begin, end;

	fprintf(to, "TSC of the CPU on the left minus that of the CPU on top, %s\n\n",
		ns ? "ns" : "cycles");
	if (!columns)
		columns = 1;
	for (begin = 0; begin < matrix->count; begin = end) {
		end = begin + columns < matrix->count ? begin + columns : matrix->count;
		print_block(to, matrix, ns, width, begin, end);
		fputc('\n', to);
	}
	print_triangles(to, matrix);
}

/**
 * gc_matrix_free() - Free what the matrix owns.
 * @matrix: the matrix
 */
void gc_matrix_free(struct gc_matrix *matrix)
{
	size_t i;

	for (i = 0; matrix->rows && i < gc_sides_count(matrix->count); i++)
		gc_row_free(matrix->rows[i]);
	free(matrix->rows);
	free(matrix->sides);
	free(matrix->cpus);
}
