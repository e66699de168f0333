/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WORDS_H
#define GUESTCLOCK_WORDS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct gc_words - The words of one enum of the ABI.
 * @name: what it counts; a value without a word is written as this and the number
 * @word: the word for a value, NULL where there is none
 */
struct gc_words {
	const char *name;
	const char *(*word)(unsigned int value);
};

/* The event source of what the client itself found out, not part of the ABI. */
#define GC_SOURCE_CLIENT 0

extern const struct gc_words gc_words_event_type;
extern const struct gc_words gc_words_source;
extern const struct gc_words gc_words_page_state;
extern const struct gc_words gc_words_tsc_state;
extern const struct gc_words gc_words_observer_state;
extern const struct gc_words gc_words_lost_reason;
extern const struct gc_words gc_words_tsc_fault;
extern const struct gc_words gc_words_adjust_state;
extern const struct gc_words gc_words_tsc_verification;
extern const struct gc_words gc_words_watchdog_result;
extern const struct gc_words gc_words_clock_state;
extern const struct gc_words gc_words_clock_moment;

const char *gc_words_name(const struct gc_words *words, uint32_t value,
			  char *buf, size_t size);
int gc_words_value(const struct gc_words *words, const char *word, uint32_t *value);

#endif /* GUESTCLOCK_WORDS_H */
