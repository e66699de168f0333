/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_EVIDENCE_H
#define GUESTCLOCK_EVIDENCE_H

#include <jansson.h>

#include "history.h"
#include "recording.h"
#include "row.h"

/**
 * struct gc_boot - One boot of one machine, as far as it was recorded.
 * @machine_id: the machine, whatever its length
 * @boot_id: the boot, too
 * @history: what its context rows tell
 * @kernel: release of its kernel, "" where unknown
 */
struct gc_boot {
	char *machine_id;
	char *boot_id;
	struct gc_history history;
	char kernel[80];
};

/**
 * struct gc_evidence - All that a recording holds.
 * @boots: the boots, in the order in which they were recorded
 * @boot_count: number of @boots
 * @events: the events in the order in which they were recorded
 * @clocksources: by event, the clocksource at that time, NULL where unknown;
 *   owned by others
 * @lives: by event, which life of its load it is of: a recording of a machine
 *   that was put back to a snapshot goes back to a seq that it has already
 * @event_count: number of @events
 * @life_begins: by life, the index of its first event
 * @life_count: number of lives
 * @lines: lines of the kernel's log
 * @line_count: number of @lines
 * @others: rows that this program does not know
 * @unknown: events with attributes that this program does not know
 */
struct gc_evidence {
	struct gc_boot *boots;
	size_t boot_count;
	struct gc_row **events;
	const char **clocksources;
	size_t *lives;
	size_t event_count;
	size_t *life_begins;
	size_t life_count;
	json_t **lines;
	size_t line_count;
	size_t others;
	size_t unknown;
};

int gc_evidence_read(struct gc_evidence *evidence, const char *path, char *why, size_t size);
void gc_evidence_free(struct gc_evidence *evidence);
size_t gc_evidence_boot(const struct gc_evidence *evidence, const char *machine_id,
			const char *boot_id);
unsigned int gc_evidence_cpus(const struct gc_evidence *evidence, size_t at);
bool gc_evidence_same_load(const struct gc_row *one, const struct gc_row *other);
int64_t gc_evidence_number(const json_t *object, const char *key);

#endif /* GUESTCLOCK_EVIDENCE_H */
