/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_INCIDENT_H
#define GUESTCLOCK_INCIDENT_H

#include "row.h"

/* Columns of an incident, and of every other entry of the timeline. */
enum gc_incident_column {
	GC_INCIDENT_CLASS,
	GC_INCIDENT_BEGIN,
	GC_INCIDENT_BEGIN_BOUND,
	GC_INCIDENT_DURATION,
	GC_INCIDENT_BOUND,
	GC_INCIDENT_CONFIDENCE,
	GC_INCIDENT_CONFIDENCE_REASON,
	GC_INCIDENT_CPUS,
	GC_INCIDENT_DISCONTINUITY,
	GC_INCIDENT_STEP,
	GC_INCIDENT_CLOCKSOURCE,
	GC_INCIDENT_CLOCKSOURCE_OLD,
	GC_INCIDENT_REASON,
	GC_INCIDENT_LOST_COUNT,
	GC_INCIDENT_TEXT,
	GC_INCIDENT_EFFECT,
	GC_INCIDENT_EVIDENCE,
	GC_INCIDENT_KMSG_SEQ,
	GC_INCIDENT_LOAD_ID,
	GC_INCIDENT_RESTORE_EPOCH,
	GC_INCIDENT_BOOT_ID,
	GC_INCIDENT_MACHINE_ID,
	GC_INCIDENT_RECORDING,
	GC_INCIDENT_FIRST_RECORDING,
	GC_INCIDENT_SECOND_RECORDING,
	GC_INCIDENT_COLUMNS
};

/* The class of a line of the kernel's own log, which is no verdict. */
#define GC_CLASS_KERNEL_LINE "kernel-line"

extern const struct gc_schema gc_schema_incident;

struct gc_row *gc_incident_new(const char *class, const char *confidence, const char *reason);
void gc_incident_verdict(struct gc_row *incident, const char *class, const char *confidence,
			 const char *reason);
void gc_incident_print(struct gc_row *incident, enum gc_incident_column column,
		       const char *format, ...) __attribute__((format(printf, 3, 4)));
void gc_incident_add(struct gc_row *incident, enum gc_incident_column column,
		     uint64_t number);
void gc_incident_copy_text(struct gc_row *incident, enum gc_incident_column column,
			   const struct gc_row *event, size_t event_column);
void gc_incident_identify(struct gc_row *incident, const struct gc_row *event);

#endif /* GUESTCLOCK_INCIDENT_H */
