// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets between CPUs that have to agree: from the first to the second and on to the
 * third is as far as from the first to the third, within the sum of the bounds. Where
 * three offsets do not close like that, one of them at least is wrong, or a TSC moved
 * between the measurements.
 */
#include "triangle.h"

/**
 * gc_sides_count() - How many sides there are between some corners.
 * @corners: the corners
 *
 * Return: the number of pairs.
 */
size_t gc_sides_count(size_t corners)
{
	return corners ? corners * (corners - 1) / 2 : 0;
}

/**
 * gc_side_of() - The side between two corners.
 * @sides: all of them, gc_sides_count() entries
 * @first: a corner
 * @second: a higher one
 *
 * Return: the side.
 */
struct gc_side *gc_side_of(struct gc_side *sides, size_t first, size_t second)
{
	return &sides[gc_sides_count(second) + first];
}

/* By how much more than the bounds allow the triangle does not close. */
static uint64_t open_by(const struct gc_side *there, const struct gc_side *on,
			const struct gc_side *direct)
{
	__int128 gap = (__int128)there->offset + on->offset - direct->offset;
	__int128 bounds = (__int128)there->bound + on->bound + direct->bound;
	__int128 beyond = (gap < 0 ? -gap : gap) - bounds;

	if (beyond <= 0)
		return 0;
	return beyond > UINT64_MAX ? UINT64_MAX : (uint64_t)beyond;
}

static void count(struct gc_side *side, uint64_t by)
{
	side->triangles++;
	side->open += !!by;
	if (by > side->open_by)
		side->open_by = by;
}

static void check_triangle(struct gc_side *sides, size_t a, size_t b, size_t c,
			   struct gc_triangles *result)
{
	struct gc_side *there = gc_side_of(sides, a, b);
	struct gc_side *on = gc_side_of(sides, b, c);
	struct gc_side *direct = gc_side_of(sides, a, c);
	uint64_t by;

	if (!there->known || !on->known || !direct->known)
		return;
	by = open_by(there, on, direct);
	count(there, by);
	count(on, by);
	count(direct, by);
	result->count++;
	result->open += !!by;
	if (by > result->open_by) {
		result->open_by = by;
		result->worst[0] = a;
		result->worst[1] = b;
		result->worst[2] = c;
	}
}

/**
 * gc_triangles_check() - Check that all triangles close.
 * @sides: the sides, which get what there is to tell of them
 * @corners: number of corners
 * @result: what there is to tell of all
 */
void gc_triangles_check(struct gc_side *sides, size_t corners, struct gc_triangles *result)
{
	size_t a, b, c;

	*result = (struct gc_triangles) { 0 };
	for (c = 2; c < corners; c++) {
		for (b = 1; b < c; b++) {
			for (a = 0; a < b; a++)
				check_triangle(sides, a, b, c, result);
		}
	}
}
