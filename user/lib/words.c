// SPDX-License-Identifier: GPL-2.0-only
/* Words for the enums of the ABI, in both directions. */
#include "words.h"

#include <errno.h>
#include <guestclock_words.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No enum of the ABI has a value beyond this that this client knows. */
#define VALUE_MAX 63

static const char *source_word(unsigned int value)
{
	return value == GC_SOURCE_CLIENT ? "client" : guestclock_source_word(value);
}

const struct gc_words gc_words_event_type = { "type", guestclock_event_type_word };
const struct gc_words gc_words_source = { "source", source_word };
const struct gc_words gc_words_page_state = { "state", guestclock_page_state_word };
const struct gc_words gc_words_tsc_state = { "state", guestclock_tsc_state_word };
const struct gc_words gc_words_observer_state = { "state", guestclock_observer_state_word };
const struct gc_words gc_words_lost_reason = { "reason", guestclock_lost_reason_word };
const struct gc_words gc_words_tsc_fault = { "fault", guestclock_tsc_fault_word };
const struct gc_words gc_words_adjust_state = { "state", guestclock_adjust_state_word };
const struct gc_words gc_words_tsc_verification = {
	"verification", guestclock_tsc_verification_word };
const struct gc_words gc_words_watchdog_result = { "result", guestclock_watchdog_result_word };
const struct gc_words gc_words_clock_state = { "state", guestclock_clock_state_word };
const struct gc_words gc_words_clock_moment = { "moment", guestclock_clock_moment_word };

/**
 * gc_words_name() - The word for a value.
 * @words: the enum
 * @value: the value
 * @buf: room for the word of a value that this client does not know
 * @size: size of @buf
 *
 * Return: the word, or @buf with the enum's name and the number, as in "type_42".
 */
const char *gc_words_name(const struct gc_words *words, uint32_t value,
			  char *buf, size_t size)
{
	const char *word = words->word(value);

	if (word)
		return word;
	snprintf(buf, size, "%s_%u", words->name, value);
	return buf;
}

/**
 * gc_words_value() - The value of a word, the reverse of gc_words_name().
 * @words: the enum
 * @word: the word
 * @value: where the value goes
 *
 * Return: 0, or -EINVAL when it is no word of this enum.
 */
int gc_words_value(const struct gc_words *words, const char *word, uint32_t *value)
{
	size_t len = strlen(words->name);
	unsigned long number;
	const char *known;
	char *end;

	for (*value = 0; *value <= VALUE_MAX; (*value)++) {
		known = words->word(*value);
		if (known && !strcmp(known, word))
			return 0;
	}
	if (strncmp(word, words->name, len) || word[len] != '_' ||
	    word[len + 1] < '0' || word[len + 1] > '9')
		return -EINVAL;
	errno = 0;
	number = strtoul(word + len + 1, &end, 10);
	if (errno || *end || number > UINT32_MAX)
		return -EINVAL;
	*value = number;
	return 0;
}
