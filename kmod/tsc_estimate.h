/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_ESTIMATE_H
#define GUESTCLOCK_TSC_ESTIMATE_H

#include <linux/types.h>

/**
 * struct guestclock_tsc_estimate - what the rounds so far say of an offset
 * @low: no offset below this explains all rounds, or, with more than one of
 *	@offsets, the latest rounds, cycles
 * @high: no offset above this does, cycles
 * @step: what a difference of two readings may be off by, cycles
 * @rtt_min: shortest round trip, cycles
 * @rtt_max: longest round trip, cycles
 * @rounds: rounds added
 * @offsets: offsets that it takes, one after the other, to explain all rounds
 */
struct guestclock_tsc_estimate {
	s64 low;
	s64 high;
	s64 step;
	u64 rtt_min;
	u64 rtt_max;
	u32 rounds;
	u32 offsets;
};

void guestclock_tsc_estimate_init(struct guestclock_tsc_estimate *estimate,
				  u64 step);
void guestclock_tsc_estimate_add(struct guestclock_tsc_estimate *estimate,
				 u64 sent, u64 remote, u64 received);
bool guestclock_tsc_estimate_consistent(const struct guestclock_tsc_estimate *estimate);
bool guestclock_tsc_estimate_jumped(const struct guestclock_tsc_estimate *estimate);
s64 guestclock_tsc_estimate_offset(const struct guestclock_tsc_estimate *estimate);
u64 guestclock_tsc_estimate_bound(const struct guestclock_tsc_estimate *estimate);

#endif /* GUESTCLOCK_TSC_ESTIMATE_H */
