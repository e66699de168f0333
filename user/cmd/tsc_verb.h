/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_VERB_H
#define GUESTCLOCK_TSC_VERB_H

#include "cmd.h"

/* More settings than there are, in one command line. */
#define GC_TSC_SETTINGS_MAX 16

/**
 * enum gc_tsc_action - What the verb tsc is to do.
 * @GC_TSC_SHOW: rows as of the last measurement
 * @GC_TSC_MEASURE: measure first
 * @GC_TSC_MATRIX: measure all pairs
 * @GC_TSC_INFO: what is known of all TSCs
 * @GC_TSC_SWEEPS: how they are swept
 */
enum gc_tsc_action {
	GC_TSC_SHOW,
	GC_TSC_MEASURE,
	GC_TSC_MATRIX,
	GC_TSC_INFO,
	GC_TSC_SWEEPS,
};

/**
 * struct gc_tsc_request - What the command line asks for.
 * @action: what to do
 * @format: how to print it
 * @rounds: rounds of a measurement, 0 for as many as in a sweep
 * @has_cpu: only one CPU is asked for
 * @cpu: that one
 * @settings: NAME=VALUE, to be set first
 * @setting_count: number of @settings
 */
struct gc_tsc_request {
	enum gc_tsc_action action;
	enum gc_format format;
	uint32_t rounds;
	bool has_cpu;
	uint32_t cpu;
	const char *settings[GC_TSC_SETTINGS_MAX];
	size_t setting_count;
};

int gc_tsc_matrix(struct gc_link *link, const struct gc_tsc_request *request);
bool gc_tsc_setting_is_good(const char *setting);
int gc_tsc_set(struct gc_link *link, const struct gc_tsc_request *request);

#endif /* GUESTCLOCK_TSC_VERB_H */
