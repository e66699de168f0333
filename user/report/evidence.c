// SPDX-License-Identifier: GPL-2.0-only
/* A recording in memory, and what can be looked up in it. */
#include "evidence.h"

#include <errno.h>
#include <linux/guestclock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "row_json.h"
#include "schema.h"

/* More than any kernel supports. */
#define CPUS_MAX	65536

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/**
 * gc_evidence_number() - A number that JSON has as a string.
 * @object: the object
 * @key: its key
 *
 * Return: the number, 0 where there is none.
 */
int64_t gc_evidence_number(const json_t *object, const char *key)
{
	return strtoll(text_of(object, key), NULL, 10);
}

/**
 * gc_evidence_boot() - Find a boot.
 * @evidence: the evidence
 * @machine_id: its machine
 * @boot_id: its id
 *
 * Return: its index, or the number of boots when it is not there.
 */
size_t gc_evidence_boot(const struct gc_evidence *evidence, const char *machine_id,
			const char *boot_id)
{
	size_t i;

	for (i = 0; i < evidence->boot_count; i++) {
		if (!strcmp(evidence->boots[i].boot_id, boot_id) &&
		    !strcmp(evidence->boots[i].machine_id, machine_id))
			break;
	}
	return i;
}

static void free_boot(struct gc_boot *boot)
{
	gc_history_free(&boot->history);
	free(boot->machine_id);
	free(boot->boot_id);
}

static struct gc_boot *get_boot(struct gc_evidence *evidence, const char *machine_id,
				const char *boot_id)
{
	size_t i = gc_evidence_boot(evidence, machine_id, boot_id);
	struct gc_boot *boots;

	if (i < evidence->boot_count)
		return &evidence->boots[i];
	boots = reallocarray(evidence->boots, i + 1, sizeof(*boots));
	if (!boots)
		return NULL;
	evidence->boots = boots;
	memset(&boots[i], 0, sizeof(boots[i]));
	boots[i].machine_id = strdup(machine_id);
	boots[i].boot_id = strdup(boot_id);
	if (!boots[i].machine_id || !boots[i].boot_id) {
		free_boot(&boots[i]);
		return NULL;
	}
	evidence->boot_count++;
	return &boots[i];
}

static void *append(void *array, size_t *count, void *entry)
{
	void **longer = reallocarray(array, *count + 1, sizeof(*longer));

	if (longer)
		longer[(*count)++] = entry;
	return longer;
}

static int take_event(struct gc_evidence *evidence, json_t *json)
{
	struct gc_row *row = gc_row_from_json(&gc_schema_event, json), **events;

	if (!row)
		return -ENOMEM;
	if (!row->v[GC_EVENT_SEQ].present) {
		gc_row_free(row);
		evidence->others++;
		return 0;
	}
	if (!get_boot(evidence, gc_row_text(row, GC_EVENT_MACHINE_ID),
		      gc_row_text(row, GC_EVENT_BOOT_ID))) {
		gc_row_free(row);
		return -ENOMEM;
	}
	events = append(evidence->events, &evidence->event_count, row);
	if (!events) {
		gc_row_free(row);
		return -ENOMEM;
	}
	evidence->events = events;
	evidence->unknown += !!row->unknown;
	return 0;
}

static int take_context(struct gc_boot *boot, json_t *json)
{
	if (*text_of(json, "kernel"))
		snprintf(boot->kernel, sizeof(boot->kernel), "%s", text_of(json, "kernel"));
	return gc_history_add(&boot->history, json);
}

/* As in the columns of an event: these are printed, and compared with those. */
static int escape_texts(json_t *object)
{
	static const char *const keys[] = { "machine_id", "boot_id", "kernel" };
	char *text;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!*text_of(object, keys[i]))
			continue;
		text = gc_text_escape(text_of(object, keys[i]), SIZE_MAX);
		err = text ? json_object_set_new(object, keys[i], json_string(text)) : -1;
		free(text);
		if (err)
			return -ENOMEM;
	}
	return 0;
}

static int take_item(const struct gc_item *item, void *arg)
{
	struct gc_evidence *evidence = arg;
	struct gc_boot *boot;
	json_t **lines;

	if (item->kind == GC_ITEM_EVENT)
		return take_event(evidence, item->json);
	if (item->kind == GC_ITEM_OTHER) {
		evidence->others++;
		return 0;
	}
	if (escape_texts(item->json))
		return -ENOMEM;
	boot = get_boot(evidence, text_of(item->json, "machine_id"),
			text_of(item->json, "boot_id"));
	if (!boot)
		return -ENOMEM;
	if (item->kind == GC_ITEM_CONTEXT)
		return take_context(boot, item->json);
	lines = append(evidence->lines, &evidence->line_count, json_incref(item->json));
	if (!lines) {
		json_decref(item->json);
		return -ENOMEM;
	}
	evidence->lines = lines;
	return 0;
}

/**
 * gc_evidence_same_load() - Whether two events are of one load of the module.
 * @one: an event
 * @other: another one
 *
 * A restore in between changes the epoch, but neither the log nor the clocks that
 * the events are about.
 *
 * Return: true when they share machine, boot and load.
 */
bool gc_evidence_same_load(const struct gc_row *one, const struct gc_row *other)
{
	return one->v[GC_EVENT_LOAD_ID].u == other->v[GC_EVENT_LOAD_ID].u &&
	       !strcmp(gc_row_text(one, GC_EVENT_BOOT_ID),
		       gc_row_text(other, GC_EVENT_BOOT_ID)) &&
	       !strcmp(gc_row_text(one, GC_EVENT_MACHINE_ID),
		       gc_row_text(other, GC_EVENT_MACHINE_ID));
}

static uint64_t end_of(const struct gc_row *event)
{
	const struct gc_value *v = event->v;

	if (v[GC_EVENT_SOURCE].present && v[GC_EVENT_SOURCE].u == GC_SOURCE_CLIENT)
		return v[GC_EVENT_SEQ].u + v[GC_EVENT_LOST_COUNT].u;
	return v[GC_EVENT_SEQ].u + 1;
}

/* The newest life of an event's load, or the number of lives. */
static size_t newest_life(const struct gc_evidence *evidence, const struct gc_row *event)
{
	size_t life = evidence->life_count;

	while (life-- > 0) {
		if (gc_evidence_same_load(event, evidence->events[evidence->life_begins[life]]))
			return life;
	}
	return evidence->life_count;
}

/* Within a life seq grows. */
static int find_lives(struct gc_evidence *evidence)
{
	size_t i, life, most = evidence->event_count + 1;
	uint64_t *ends = calloc(most, sizeof(*ends));

	evidence->lives = calloc(most, sizeof(*evidence->lives));
	evidence->life_begins = calloc(most, sizeof(*evidence->life_begins));
	if (!ends || !evidence->lives || !evidence->life_begins) {
		free(ends);
		return -ENOMEM;
	}
	for (i = 0; i < evidence->event_count; i++) {
		life = newest_life(evidence, evidence->events[i]);
		if (life == evidence->life_count ||
		    evidence->events[i]->v[GC_EVENT_SEQ].u < ends[life]) {
			life = evidence->life_count++;
			evidence->life_begins[life] = i;
		}
		ends[life] = end_of(evidence->events[i]);
		evidence->lives[i] = life;
	}
	free(ends);
	return 0;
}

static const char *find_fact(const struct gc_evidence *evidence, size_t at, enum gc_fact fact)
{
	const struct gc_row *event = evidence->events[at];
	size_t boot = gc_evidence_boot(evidence, gc_row_text(event, GC_EVENT_MACHINE_ID),
				       gc_row_text(event, GC_EVENT_BOOT_ID));

	return gc_history_at(&evidence->boots[boot].history, fact,
			     (int64_t)event->v[GC_EVENT_BOOTTIME].u);
}

static bool take_cpu(const char **list, unsigned long *cpu)
{
	char *end;

	if (**list < '0' || **list > '9')
		return false;
	*cpu = strtoul(*list, &end, 10);
	*list = end;
	return *cpu < CPUS_MAX;
}

/* "0-3,6" is five CPUs. */
static unsigned int count_cpus(const char *list)
{
	unsigned long count = 0, from, to;

	while (take_cpu(&list, &from)) {
		to = from;
		if (*list == '-') {
			list++;
			if (!take_cpu(&list, &to) || to < from)
				return 0;
		}
		count += to - from + 1;
		if (count > CPUS_MAX)
			return 0;
		if (*list == ',')
			list++;
	}
	return *list ? 0 : count;
}

/**
 * gc_evidence_cpus() - How many CPUs were online at the time of an event.
 * @evidence: the evidence
 * @at: index of the event
 *
 * Return: the number, 0 where the recording does not tell.
 */
unsigned int gc_evidence_cpus(const struct gc_evidence *evidence, size_t at)
{
	const char *list = find_fact(evidence, at, GC_FACT_CPUS_ONLINE);

	return list ? count_cpus(list) : 0;
}

/*
 * The last switch before an event tells its clocksource, or else the next one
 * after it; without any, the machine was seen with one.
 */
static int find_clocksources(struct gc_evidence *evidence)
{
	const struct gc_row *event;
	const char *name = NULL;
	size_t i;

	evidence->clocksources = calloc(evidence->event_count + 1,
					sizeof(*evidence->clocksources));
	if (!evidence->clocksources)
		return -ENOMEM;
	for (i = 0; i < evidence->event_count; i++) {
		event = evidence->events[i];
		if (!i || evidence->lives[i] != evidence->lives[i - 1])
			name = NULL;
		evidence->clocksources[i] = name;
		if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH &&
		    event->v[GC_EVENT_CLOCKSOURCE].present)
			name = gc_row_text(event, GC_EVENT_CLOCKSOURCE);
	}
	for (i = evidence->event_count; i-- > 0;) {
		event = evidence->events[i];
		if (i + 1 == evidence->event_count || evidence->lives[i] != evidence->lives[i + 1])
			name = find_fact(evidence, i, GC_FACT_CLOCKSOURCE);
		if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH &&
		    event->v[GC_EVENT_CLOCKSOURCE_OLD].present)
			name = gc_row_text(event, GC_EVENT_CLOCKSOURCE_OLD);
		if (!evidence->clocksources[i])
			evidence->clocksources[i] = name;
	}
	return 0;
}

/**
 * gc_evidence_read() - Read a recording.
 * @evidence: where it goes, for gc_evidence_free() in any case
 * @path: the file
 * @why: room for words about what went wrong
 * @size: size of @why
 *
 * Return: 0, or a negative errno with @why set.
 */
int gc_evidence_read(struct gc_evidence *evidence, const char *path, char *why, size_t size)
{
	int ret;

	memset(evidence, 0, sizeof(*evidence));
	ret = gc_recording_read(path, take_item, evidence, why, size);
	if (!ret)
		ret = find_lives(evidence);
	if (!ret)
		ret = find_clocksources(evidence);
	if (ret == -ENOMEM)
		snprintf(why, size, "%s: not enough memory", path);
	return ret;
}

/**
 * gc_evidence_free() - Free what gc_evidence_read() made.
 * @evidence: the evidence
 */
void gc_evidence_free(struct gc_evidence *evidence)
{
	size_t i;

	for (i = 0; i < evidence->event_count; i++)
		gc_row_free(evidence->events[i]);
	for (i = 0; i < evidence->line_count; i++)
		json_decref(evidence->lines[i]);
	for (i = 0; i < evidence->boot_count; i++)
		free_boot(&evidence->boots[i]);
	free(evidence->clocksources);
	free(evidence->life_begins);
	free(evidence->lives);
	free(evidence->events);
	free(evidence->lines);
	free(evidence->boots);
}
