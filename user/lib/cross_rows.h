/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_ROWS_H
#define GUESTCLOCK_CROSS_ROWS_H

#include "cross_check.h"
#include "cross_vote.h"
#include "row.h"

/**
 * struct gc_cross_rows - Readings as the module hands them out.
 * @check: those that can be compared with each other
 * @detail: by clock, why it could not be read the last time, "" for no reason
 * @other: numbers of readings of other CPUs, and such of which there are too many
 * @others: number of @other
 */
struct gc_cross_rows {
	struct gc_cross_check check;
	char detail[GC_CROSS_CLOCKS][128];
	uint64_t other[GC_CROSS_READINGS];
	unsigned int others;
};

void gc_cross_rows_begin(struct gc_cross_rows *rows, uint64_t cpu);
void gc_cross_rows_add(struct gc_cross_rows *rows, const struct gc_row *row);

#endif /* GUESTCLOCK_CROSS_ROWS_H */
