/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_ROUND_FINDING_H
#define GUESTCLOCK_ROUND_FINDING_H

#include "evidence.h"

/* The class of a round of the watchdog that is no incident, and so no verdict. */
#define GC_CLASS_ROUND "watchdog-round"

/**
 * struct gc_round_finding - What a round of the kernel's watchdog means.
 * @class: the verdict
 * @confidence: "high", "medium" or "low"
 * @reason: why not more, or not less
 * @witness: another event that it was concluded from, NULL for none
 * @wraps: how often the reference wrapped
 */
struct gc_round_finding {
	const char *class;
	const char *confidence;
	const char *reason;
	const struct gc_row *witness;
	uint64_t wraps;
};

bool gc_round_is_late(const struct gc_row *event);
bool gc_round_has_failed(const struct gc_row *event);
void gc_round_find(const struct gc_evidence *evidence, size_t at,
		   struct gc_round_finding *finding);
const struct gc_row *gc_round_before_mark(const struct gc_evidence *evidence, size_t mark,
					  size_t *at);

#endif /* GUESTCLOCK_ROUND_FINDING_H */
