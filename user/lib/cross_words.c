// SPDX-License-Identifier: GPL-2.0-only
/* What the cross-check found, in words. */
#include "cross_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The narrower of the windows that the kernel's watchdog takes a reading from. */
#define SLOW_NS		50000

/**
 * gc_cross_outcome_word() - The outcome as a word.
 * @verdict: the verdict
 *
 * Return: the word.
 */
const char *gc_cross_outcome_word(const struct gc_cross_verdict *verdict)
{
	static const char *const words[] = {
		[GC_CROSS_AGREED] = "agreed",
		[GC_CROSS_ODD] = "odd",
		[GC_CROSS_UNDETERMINED] = "undetermined",
		[GC_CROSS_UNTOLD] = "untold",
	};

	return words[verdict->outcome];
}

static void add(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void add_note(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void vadd(char *buf, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void vadd(char *buf, size_t size, const char *format, va_list args)
{
	size_t len = strlen(buf);

	vsnprintf(buf + len, size - len, format, args);
}

static void add(char *buf, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vadd(buf, size, format, args);
	va_end(args);
}

static void add_note(char *buf, size_t size, const char *format, ...)
{
	va_list args;

	if (*buf)
		add(buf, size, "; ");
	va_start(args, format);
	vadd(buf, size, format, args);
	va_end(args);
}

/* The worst pair, as "tsc went 50.1 us (+- 0.2 us) further than host". */
static void add_worst(const struct gc_cross_verdict *verdict, char *buf, size_t size)
{
	const struct gc_cross_pair *pair = &verdict->worst;

	add(buf, size, "%s", gc_cross_name(verdict->one));
	if (pair->jump_at)
		add(buf, size, " went %.3f us (+- %.3f us) %s than %s",
		    fabs(pair->jump_ns) / 1e3, pair->jump_bound_ns / 1e3,
		    pair->jump_ns < 0 ? "less far" : "further", gc_cross_name(verdict->other));
	if (pair->jumps > 1)
		add(buf, size, " in the largest of %u jumps", pair->jumps);
	if (pair->range_ns > 0)
		add(buf, size, ", or by whole numbers of %.0f us more or less, as a counter wraps"
		    " in that time", pair->range_ns / 1e3);
	if (!pair->jump_at)
		add(buf, size, " is %.3f ppm (+- %.3f ppm) %s than %s",
		    fabs(pair->rate_ppb) / 1e3, pair->rate_bound_ppb / 1e3,
		    pair->rate_ppb < 0 ? "slower" : "faster", gc_cross_name(verdict->other));
}

/**
 * gc_cross_words() - The verdict, for people.
 * @verdict: the verdict
 * @buf: gets it
 * @size: size of @buf
 */
void gc_cross_words(const struct gc_cross_verdict *verdict, char *buf, size_t size)
{
	char one[64], other[64];
	unsigned int loser;

	buf[0] = '\0';
	gc_cross_side(verdict, 1, one, sizeof(one));
	gc_cross_side(verdict, 2, other, sizeof(other));
	switch (verdict->outcome) {
	case GC_CROSS_UNTOLD:
		add(buf, size, "nothing was compared: fewer than two clocks could be read twice");
		return;
	case GC_CROSS_AGREED:
		add(buf, size, "no clock is apart from another by more than its bounds, and by"
		    " what sound clocks may differ in rate");
		return;
	case GC_CROSS_ODD:
		loser = verdict->odd[verdict->one] ? 1 : 2;
		add(buf, size, "the odd one out is %s, against %s: ", loser == 1 ? one : other,
		    loser == 1 ? other : one);
		add_worst(verdict, buf, size);
		add(buf, size, verdict->sure ?
		    "; two independent votes are against it" :
		    "; one independent vote decides");
		return;
	case GC_CROSS_UNDETERMINED:
		break;
	}
	add(buf, size, "undetermined, the votes do not decide between %s and %s: ", one, other);
	add_worst(verdict, buf, size);
	if (verdict->like_pause)
		add(buf, size, "; a guest that the hypervisor stopped looks like this");
}

/**
 * gc_cross_notes() - What else there is to say about the readings.
 * @rows: the readings
 * @buf: gets it, one note after the other with "; " between them
 * @size: size of @buf
 */
void gc_cross_notes(const struct gc_cross_rows *rows, char *buf, size_t size)
{
	struct gc_cross_slow slow;
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		gc_cross_reads(&rows->check, i, &slow);
		if (rows->detail[i][0])
			add_note(buf, size, "%s was not read: %s", gc_cross_name(i),
				 rows->detail[i]);
		if (slow.widest_ns > SLOW_NS)
			add_note(buf, size, "reading %s took up to %.1f us, which makes its bounds"
				 " wide and is no fault of it", gc_cross_name(i),
				 slow.widest_ns / 1e3);
		if (slow.wraps)
			add_note(buf, size, "%s wrapped between readings (%u in all), which was"
				 " made up for", gc_cross_name(i), slow.wraps);
		if (slow.untold)
			add_note(buf, size, "%s was not compared over %u intervals: how often it"
				 " wrapped in them nobody knows", gc_cross_name(i), slow.untold);
	}
	if (rows->others)
		add_note(buf, size, "%u readings of other CPUs, or too many, were left out",
			 rows->others);
}

/**
 * gc_cross_note_earlier() - Add what happened between readings of earlier.
 * @check: those readings
 * @buf: the notes so far; gets one more where clocks are apart in them
 * @size: size of @buf
 */
void gc_cross_note_earlier(const struct gc_cross_check *check, char *buf, size_t size)
{
	struct gc_cross_verdict verdict;
	char words[512];
	size_t at;

	gc_cross_vote(check, &verdict);
	at = verdict.worst.jump_at;
	if (!at)
		return;
	gc_cross_words(&verdict, words, sizeof(words));
	add_note(buf, size, "earlier, between %.1f s and %.1f s after boot: %s",
		 (double)check->reading[at - 1].boottime_ns / 1e9,
		 (double)check->reading[at].boottime_ns / 1e9, words);
}
