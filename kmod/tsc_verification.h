/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_VERIFICATION_H
#define GUESTCLOCK_TSC_VERIFICATION_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

#include "observer.h"

/* A sentence that may end in what an observer lacks. */
#define GUESTCLOCK_BECAUSE_LEN	(80 + GUESTCLOCK_DETAIL_LEN)

/**
 * struct guestclock_verification - whether the kernel verifies the TSC here
 * @state: whether it does
 * @because: why or why not, for people
 */
struct guestclock_verification {
	enum guestclock_tsc_verification state;
	char because[GUESTCLOCK_BECAUSE_LEN];
};

void guestclock_tsc_verification(struct guestclock_verification *verification);
bool guestclock_derives_from_tsc(const char *clocksource);

#endif /* GUESTCLOCK_TSC_VERIFICATION_H */
