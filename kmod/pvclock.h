/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_PVCLOCK_H
#define GUESTCLOCK_PVCLOCK_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

#include "pvclock_math.h"

/**
 * struct guestclock_pvclock_row - a CPU's pvclock page as of the last poll
 * @state: whether the page could be read
 * @page: its fields, verbatim
 * @known: @page is from a poll since this CPU came online
 * @tsc: TSC of the polling CPU when the page was read, cycles
 * @kvmclock_ns: kvm-clock at @tsc by this page, ns
 * @updates: updates by the host seen since the module was loaded
 * @last_discontinuity_ns: what the last update moved the clock by, ns
 * @torn_reads: polls that gave up because the page kept changing
 * @jumps: updates that moved the clock by more than the threshold
 */
struct guestclock_pvclock_row {
	enum guestclock_page_state state;
	struct guestclock_page page;
	bool known;
	u64 tsc;
	u64 kvmclock_ns;
	u64 updates;
	s64 last_discontinuity_ns;
	u64 torn_reads;
	u64 jumps;
};

/**
 * struct guestclock_pvclock_sample - kvm-clock at a TSC
 * @tsc: this CPU's TSC, cycles
 * @kvmclock_ns: kvm-clock at @tsc by this CPU's page, ns
 * @jumps: how often kvm-clock had jumped before
 */
struct guestclock_pvclock_sample {
	u64 tsc;
	u64 kvmclock_ns;
	u64 jumps;
};

int guestclock_pvclock_init(u64 threshold_ns);
void guestclock_pvclock_exit(void);
void guestclock_pvclock_poll(void);
enum guestclock_page_state guestclock_pvclock_read(unsigned int cpu,
						   struct guestclock_page *page,
						   u64 *tsc);
void guestclock_pvclock_arrived(unsigned int cpu);
void guestclock_pvclock_forget(unsigned int cpu);
void guestclock_pvclock_row(unsigned int cpu, struct guestclock_pvclock_row *row);
bool guestclock_pvclock_sample(unsigned int cpu,
			       struct guestclock_pvclock_sample *sample);

#endif /* GUESTCLOCK_PVCLOCK_H */
