// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readings of clocks, as any module may hand them out, to the judge of the
 * cross-check; and readings of a watchdog's round to theirs.
 */
#include <math.h>
#include <string.h>

#include "cross_words.h"
#include "fuzz.h"
#include "watchdog_round.h"

#define READINGS_MAX	12

static void take(void *to, size_t len, const uint8_t **data, size_t *size)
{
	if (len > *size)
		len = *size;
	memcpy(to, *data, len);
	*data += len;
	*size -= len;
}

/* Small steps and plain frequencies are as likely as anything at all. */
static void take_sample(struct gc_cross_sample *sample, const uint8_t **data, size_t *size)
{
	static const uint64_t hz[] = { 2596096000, 1000000000, 100000000, 3579545, 1, 0 };
	uint32_t step[3] = { 0 };
	uint8_t how = 0;

	take(&how, sizeof(how), data, size);
	sample->ok = how & 1;
	sample->hz = hz[(how >> 1) % 6];
	sample->mask = how & 64 ? 0xffffff : UINT64_MAX;
	if (how & 128) {
		take(sample, sizeof(*sample), data, size);
		sample->ok = true;
		return;
	}
	take(step, sizeof(step), data, size);
	sample->before += step[0];
	sample->after = sample->before + (step[1] & 0xfffff);
	sample->value = (sample->value + step[2]) & sample->mask;
}

static void check_cross(const uint8_t **data, size_t *size)
{
	static struct gc_cross_rows rows;
	struct gc_cross_sample sample[GC_CROSS_CLOCKS];
	struct gc_cross_verdict verdict;
	struct gc_cross_pair pair;
	char words[512], notes[1024];
	size_t i, j;

	gc_cross_rows_begin(&rows, 0);
	memset(sample, 0, sizeof(sample));
	while (rows.check.count < READINGS_MAX && *size) {
		for (i = 0; i < GC_CROSS_CLOCKS; i++) {
			take_sample(&sample[i], data, size);
			rows.check.reading[rows.check.count].clock[i] = sample[i];
		}
		rows.check.count++;
	}
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			gc_cross_compare(&rows.check, i, j, &pair);
			fuzz_expect(isfinite(pair.jump_ns) && isfinite(pair.rate_ppb) &&
				    pair.jump_bound_ns >= 0 && pair.rate_bound_ppb >= 0,
				    "bounds are bounds");
			fuzz_expect(i != j || !pair.apart, "no clock is apart from itself");
			fuzz_expect(pair.apart || (!pair.jump_at && pair.jump_ns == 0),
				    "clocks that are alike have no jump");
		}
	}
	gc_cross_vote(&rows.check, &verdict);
	gc_cross_words(&verdict, words, sizeof(words));
	gc_cross_notes(&rows, notes, sizeof(notes));
	gc_cross_note_earlier(&rows.check, notes, sizeof(notes));
	fuzz_expect(*words && verdict.votes[1] <= 3 && verdict.votes[2] <= 3,
		    "there is a verdict");
}

static void check_round(const uint8_t **data, size_t *size)
{
	struct gc_round round = { .reference = *size & 1 ? "acpi_pm" : "hpet" };
	struct gc_round_verdict verdict;

	take(&round.wd_last, sizeof(round) - sizeof(round.reference), data, size);
	gc_round_judge(&round, &verdict);
	fuzz_expect(!verdict.wraps == (verdict.cause != GC_ROUND_WRAPPED),
		    "only what wrapped did so some times");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_round(&data, &size);
	check_cross(&data, &size);
	return 0;
}
