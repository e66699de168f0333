/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_WORDS_H
#define GUESTCLOCK_CROSS_WORDS_H

#include "cross_rows.h"
#include "cross_vote.h"

const char *gc_cross_outcome_word(const struct gc_cross_verdict *verdict);
void gc_cross_words(const struct gc_cross_verdict *verdict, char *buf, size_t size);
void gc_cross_notes(const struct gc_cross_rows *rows, char *buf, size_t size);
void gc_cross_note_earlier(const struct gc_cross_check *check, char *buf, size_t size);

#endif /* GUESTCLOCK_CROSS_WORDS_H */
