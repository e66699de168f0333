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

/**
 * struct gc_cross_request - Readings that were asked for, and what the module had.
 * @first: number of the first reading that was asked for, 0 before it
 * @rows: readings from that one on
 * @earlier: those up to it: what happened since the module was loaded
 */
struct gc_cross_request {
	uint64_t first;
	struct gc_cross_rows rows;
	struct gc_cross_rows earlier;
};

void gc_cross_rows_begin(struct gc_cross_rows *rows, uint64_t cpu);
void gc_cross_rows_add(struct gc_cross_rows *rows, const struct gc_row *row);
void gc_cross_request_begin(struct gc_cross_request *request, uint64_t cpu);
void gc_cross_request_add(struct gc_cross_request *request, const struct gc_row *row);

#endif /* GUESTCLOCK_CROSS_ROWS_H */
