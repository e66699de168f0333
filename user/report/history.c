// SPDX-License-Identifier: GPL-2.0-only
/* What the context rows of a recording tell about a time. */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"

static const char *const keys[GC_FACTS] = {
	[GC_FACT_CLOCKSOURCE] = "clocksource",
	[GC_FACT_CPUS_ONLINE] = "cpus_online",
};

static int make_room(struct gc_history *history)
{
	size_t room = 2 * history->room + 16;
	struct gc_moment *moments;

	if (history->count < history->room)
		return 0;
	moments = reallocarray(history->moments, room, sizeof(*moments));
	if (!moments)
		return -ENOMEM;
	history->moments = moments;
	history->room = room;
	return 0;
}

/**
 * gc_history_add() - Add a context row.
 * @history: the history
 * @context: the row, as it comes after the others in the recording
 *
 * Return: 0, or -ENOMEM.
 */
int gc_history_add(struct gc_history *history, json_t *context)
{
	struct gc_moment *moment, *before;
	const char *text;
	size_t i;

	if (!history->rows)
		history->rows = json_array();
	if (make_room(history) || json_array_append(history->rows, context))
		return -ENOMEM;
	moment = &history->moments[history->count];
	memset(moment, 0, sizeof(*moment));
	moment->boottime_ns = gc_evidence_number(context, "boottime_ns");
	if (history->count) {
		before = moment - 1;
		memcpy(moment->fact, before->fact, sizeof(moment->fact));
		/* A machine that was put back to a snapshot has been there before. */
		if (moment->boottime_ns < before->boottime_ns)
			moment->boottime_ns = before->boottime_ns;
	}
	for (i = 0; i < GC_FACTS; i++) {
		text = json_string_value(json_object_get(context, keys[i]));
		if (!text || !*text)
			continue;
		moment->fact[i] = text;
		if (!history->first[i])
			history->first[i] = text;
	}
	history->count++;
	return 0;
}

/**
 * gc_history_free() - Free what a history holds.
 * @history: the history
 */
void gc_history_free(struct gc_history *history)
{
	json_decref(history->rows);
	free(history->moments);
}

/**
 * gc_history_at() - A fact at a time.
 * @history: the history
 * @fact: which
 * @boottime_ns: the time, by CLOCK_BOOTTIME
 *
 * Return: the fact as it was told last before that time, or else first after it,
 * owned by @history; NULL where no row tells.
 */
const char *gc_history_at(const struct gc_history *history, enum gc_fact fact,
			  int64_t boottime_ns)
{
	size_t low = 0, high = history->count, middle;

	/* Those before low are not later, those from high on are. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (history->moments[middle].boottime_ns <= boottime_ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low && history->moments[low - 1].fact[fact])
		return history->moments[low - 1].fact[fact];
	return history->first[fact];
}
