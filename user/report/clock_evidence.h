/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_EVIDENCE_H
#define GUESTCLOCK_CLOCK_EVIDENCE_H

#include "cross_vote.h"
#include "evidence.h"

bool gc_clock_evidence_judge(const struct gc_evidence *evidence, size_t at,
			     struct gc_cross_verdict *verdict, char *words, size_t size);

#endif /* GUESTCLOCK_CLOCK_EVIDENCE_H */
