/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_SWEEP_H
#define GUESTCLOCK_TSC_SWEEP_H

#include <linux/types.h>

#define GUESTCLOCK_TSC_ROUNDS_MAX	4096U
#define GUESTCLOCK_TSC_PERIOD_MAX_MS	86400000U

/**
 * struct guestclock_tsc_settings - how TSCs are watched
 * @period_ms: time for one sweep of all CPUs, ms, 0 for none
 * @rounds: rounds of the ping-pong for each CPU
 * @isolated: measure isolated and nohz_full CPUs as well
 * @offset_threshold_ns: an offset beyond this and its bound is an event, ns
 * @offset_hysteresis_ns: it is back when it is this much below, ns
 * @adjust_threshold: a change of IA32_TSC_ADJUST beyond this is an event, cycles
 */
struct guestclock_tsc_settings {
	u32 period_ms;
	u32 rounds;
	bool isolated;
	u64 offset_threshold_ns;
	u64 offset_hysteresis_ns;
	u64 adjust_threshold;
};

/**
 * struct guestclock_tsc_sweeps - how far sweeps have come
 * @sweeps: sweeps completed
 * @last_ns: what the last one took, ns
 * @left_alone: online CPUs that are not swept
 */
struct guestclock_tsc_sweeps {
	u64 sweeps;
	u64 last_ns;
	u32 left_alone;
};

int guestclock_tsc_sweep_init(const struct guestclock_tsc_settings *settings);
void guestclock_tsc_sweep_start(void);
void guestclock_tsc_sweep_stop(void);
void guestclock_tsc_sweep_exit(void);
void guestclock_tsc_sweep_settings(struct guestclock_tsc_settings *settings);
const char *guestclock_tsc_sweep_error(const struct guestclock_tsc_settings *settings);
int guestclock_tsc_sweep_set(const struct guestclock_tsc_settings *settings);
void guestclock_tsc_sweep_state(struct guestclock_tsc_sweeps *state);
bool guestclock_tsc_sweep_leaves_alone(unsigned int cpu);

#endif /* GUESTCLOCK_TSC_SWEEP_H */
