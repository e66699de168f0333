/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_RECORD_RESUME_H
#define GUESTCLOCK_RECORD_RESUME_H

#include "follow.h"
#include "store.h"

int gc_record_resume(struct gc_store *store, const struct gc_follow *follow,
		     const struct gc_log_state *state, uint64_t *seq);

#endif /* GUESTCLOCK_RECORD_RESUME_H */
