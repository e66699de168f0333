/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_MATRIX_H
#define GUESTCLOCK_MATRIX_H

#include <stdio.h>

#include "row.h"
#include "triangle.h"

/**
 * struct gc_matrix - The offsets between all pairs of some CPUs.
 * @cpus: the CPUs, rising
 * @count: number of @cpus
 * @rows: by pair, as gc_side_of() counts them, what was measured of the higher CPU
 *   against the lower one; NULL where nothing was
 * @sides: the same for the check
 * @triangles: what came of the check
 */
struct gc_matrix {
	unsigned int *cpus;
	size_t count;
	struct gc_row **rows;
	struct gc_side *sides;
	struct gc_triangles triangles;
};

int gc_matrix_add_cpu(struct gc_matrix *matrix, unsigned int cpu);
int gc_matrix_ready(struct gc_matrix *matrix);
void gc_matrix_put(struct gc_matrix *matrix, size_t first, size_t second, struct gc_row *row);
struct gc_row *gc_matrix_row(const struct gc_matrix *matrix, size_t first, size_t second);
void gc_matrix_check(struct gc_matrix *matrix);
void gc_matrix_print(FILE *to, const struct gc_matrix *matrix);
void gc_matrix_free(struct gc_matrix *matrix);

#endif /* GUESTCLOCK_MATRIX_H */
