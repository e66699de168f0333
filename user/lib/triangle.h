/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TRIANGLE_H
#define GUESTCLOCK_TRIANGLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct gc_side - The offset between two CPUs, and how it fits the others.
 * @known: whether it was measured
 * @offset: the second CPU's TSC minus the first one's, cycles
 * @bound: how far the truth may be from @offset, cycles
 * @triangles: triangles that this side is one of
 * @open: of these, those that do not close
 * @open_by: by how much the worst of them does not, beyond the bounds, cycles
 */
struct gc_side {
	bool known;
	int64_t offset;
	uint64_t bound;
	uint64_t triangles;
	uint64_t open;
	uint64_t open_by;
};

/**
 * struct gc_triangles - What came of all of them.
 * @count: triangles whose sides are all known
 * @open: of these, those that do not close
 * @open_by: by how much the worst of them does not, beyond the bounds, cycles
 * @worst: its corners
 */
struct gc_triangles {
	uint64_t count;
	uint64_t open;
	uint64_t open_by;
	size_t worst[3];
};

struct gc_side *gc_side_of(struct gc_side *sides, size_t first, size_t second);
size_t gc_sides_count(size_t corners);
void gc_triangles_check(struct gc_side *sides, size_t corners, struct gc_triangles *result);

#endif /* GUESTCLOCK_TRIANGLE_H */
