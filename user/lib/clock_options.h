/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_OPTIONS_H
#define GUESTCLOCK_CLOCK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define GC_CLOCK_OPTIONS_MAX 32

/* Room for the name of a clocksource, as the kernel keeps it. */
#define GC_CLOCK_NAME_SIZE 32

/**
 * enum gc_clock_force - What a command line does about the choice of a clocksource.
 * @GC_CLOCK_FORCE_NAME: names one, which the kernel then prefers
 * @GC_CLOCK_FORCE_NO_TSC: the TSC is not used as a clocksource
 * @GC_CLOCK_FORCE_NO_KVMCLOCK: kvm-clock is not registered
 * @GC_CLOCK_FORCE_NO_HPET: the HPET is not used
 * @GC_CLOCK_FORCE_UNVERIFIED: the TSC is not compared with another clock
 * @GC_CLOCK_FORCES: number of these
 */
enum gc_clock_force {
	GC_CLOCK_FORCE_NAME,
	GC_CLOCK_FORCE_NO_TSC,
	GC_CLOCK_FORCE_NO_KVMCLOCK,
	GC_CLOCK_FORCE_NO_HPET,
	GC_CLOCK_FORCE_UNVERIFIED,
	GC_CLOCK_FORCES
};

/**
 * struct gc_clock_option - One word of the command line that is about clocks.
 * @word: the word, in the command line
 * @effect: what this kernel makes of it, for people
 */
struct gc_clock_option {
	const char *word;
	const char *effect;
};

/**
 * struct gc_clock_options - What a command line says about clocks.
 * @option: its words, in their order
 * @count: number of @option
 * @cut: it has more of them than these
 * @by: by enum gc_clock_force, the word that does it, NULL for none
 * @name: what clocksource= names, when it is not NULL, as far as the kernel keeps it
 * @text: the command line, cut into words
 */
struct gc_clock_options {
	struct gc_clock_option option[GC_CLOCK_OPTIONS_MAX];
	size_t count;
	bool cut;
	const char *by[GC_CLOCK_FORCES];
	char name[GC_CLOCK_NAME_SIZE];
	char text[4096];
};

void gc_clock_options_parse(struct gc_clock_options *options, const char *cmdline);
int gc_clock_options_read(struct gc_clock_options *options);

#endif /* GUESTCLOCK_CLOCK_OPTIONS_H */
