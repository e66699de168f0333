// SPDX-License-Identifier: GPL-2.0-only
/* An event as one line for people. */
#include "event_line.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <time.h>

#include "array.h"
#include "schema.h"

/**
 * gc_time_format() - A wall clock reading, in UTC, to the millisecond.
 * @realtime_ns: ns since the epoch
 * @buf: room for it
 * @size: size of @buf, at least GC_TIME_SIZE
 *
 * UTC, because a recording reads the same on every machine.
 *
 * Return: @buf.
 */
const char *gc_time_format(int64_t realtime_ns, char *buf, size_t size)
{
	int64_t ms = realtime_ns / 1000000;
	int rest = (int)(ms % 1000);
	time_t seconds = ms / 1000;
	struct tm tm;
	size_t len;

	if (rest < 0) {
		rest += 1000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm)) {
		snprintf(buf, size, "%" PRId64 " ns", realtime_ns);
		return buf;
	}
	len = strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(buf + len, size - len, ".%03dZ", rest);
	return buf;
}

/**
 * gc_duration_format() - A signed duration in the unit that suits it.
 * @ns: the duration
 * @buf: room for it
 * @size: size of @buf, at least GC_TIME_SIZE
 *
 * Return: @buf.
 */
const char *gc_duration_format(int64_t ns, char *buf, size_t size)
{
	double value = (double)ns, abs = value < 0 ? -value : value;

	if (abs >= 1e9)
		snprintf(buf, size, "%.3f s", value / 1e9);
	else if (abs >= 1e6)
		snprintf(buf, size, "%.3f ms", value / 1e6);
	else if (abs >= 1e3)
		snprintf(buf, size, "%.3f us", value / 1e3);
	else
		snprintf(buf, size, "%" PRId64 " ns", ns);
	return buf;
}

static void put_page_changes(FILE *to, const struct gc_row *event)
{
	const struct gc_value *old = &event->v[GC_EVENT_PAGE_OLD];
	const struct gc_value *new = &event->v[GC_EVENT_PAGE_NEW];
	static const size_t columns[] = {
		GC_PAGE_VERSION, GC_PAGE_MUL, GC_PAGE_SHIFT, GC_PAGE_FLAGS
	};
	char before[GC_VALUE_SIZE], after[GC_VALUE_SIZE];
	const struct gc_field *field;
	size_t i, column;

	if (!old->present || !new->present)
		return;
	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		column = columns[i];
		field = &gc_schema_page.field[column];
		if (!old->row->v[column].present || !new->row->v[column].present ||
		    old->row->v[column].u == new->row->v[column].u)
			continue;
		fprintf(to, ", %s %s -> %s", field->key,
			gc_value_format(field, &old->row->v[column], before, sizeof(before)),
			gc_value_format(field, &new->row->v[column], after, sizeof(after)));
	}
}

/* "tsc against kvm-clock: skewed, ...", with what is out of the ordinary. */
static void put_round(FILE *to, const struct gc_row *event)
{
	const struct gc_value *v = event->v;
	char buf[GC_TIME_SIZE];

	fprintf(to, "%s against %s: %s",
		v[GC_EVENT_CLOCKSOURCE].present ? gc_row_text(event, GC_EVENT_CLOCKSOURCE) : "?",
		v[GC_EVENT_WD_REFERENCE].present ? gc_row_text(event, GC_EVENT_WD_REFERENCE) : "?",
		gc_words_name(&gc_words_watchdog_result, v[GC_EVENT_WD_RESULT].u, buf,
			      sizeof(buf)));
	if (v[GC_EVENT_WD_LATENESS].present)
		fprintf(to, ", %s late",
			gc_duration_format(v[GC_EVENT_WD_LATENESS].s, buf, sizeof(buf)));
	if (v[GC_EVENT_WD_DIFFERENCE].present)
		fprintf(to, ", apart by %s",
			gc_duration_format(v[GC_EVENT_WD_DIFFERENCE].s, buf, sizeof(buf)));
	if (v[GC_EVENT_WD_WINDOW].present)
		fprintf(to, ", read in %s",
			gc_duration_format((int64_t)v[GC_EVENT_WD_WINDOW].u, buf, sizeof(buf)));
}

static void put_offset(FILE *to, const struct gc_row *event)
{
	const struct gc_value *v = event->v;
	char fault[GC_VALUE_SIZE];

	if (v[GC_EVENT_OFFSET_CYCLES].present)
		fprintf(to, "TSC %+" PRId64 " +- %" PRIu64 " cycles against CPU %" PRIu64,
			v[GC_EVENT_OFFSET_CYCLES].s, v[GC_EVENT_BOUND_CYCLES].u,
			v[GC_EVENT_REF_CPU].u);
	else
		fprintf(to, "TSC without any one offset against CPU %" PRIu64 " (%s)",
			v[GC_EVENT_REF_CPU].u, v[GC_EVENT_TSC_FAULT].present ?
			gc_words_name(&gc_words_tsc_fault, v[GC_EVENT_TSC_FAULT].u, fault,
				      sizeof(fault)) : "jump or rate");
	if (v[GC_EVENT_TSC_BEYOND].present && !v[GC_EVENT_TSC_BEYOND].u)
		fputs(", back within the threshold", to);
}

static void put_details(FILE *to, const struct gc_row *event)
{
	const struct gc_value *v = event->v;
	char buf[GC_TIME_SIZE];

	switch (v[GC_EVENT_TYPE].u) {
	case GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE:
		fprintf(to, "clock moved by %s",
			gc_duration_format(v[GC_EVENT_DISCONTINUITY].s, buf, sizeof(buf)));
		put_page_changes(to, event);
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH:
		fprintf(to, "%s -> %s", gc_row_text(event, GC_EVENT_CLOCKSOURCE_OLD),
			gc_row_text(event, GC_EVENT_CLOCKSOURCE));
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCK_STEP:
		fprintf(to, "CLOCK_REALTIME stepped by %s",
			gc_duration_format(v[GC_EVENT_STEP].s, buf, sizeof(buf)));
		break;
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE:
		fprintf(to, "%s marked unstable, reason: %s",
			gc_row_text(event, GC_EVENT_CLOCKSOURCE),
			gc_row_text(event, GC_EVENT_REASON));
		break;
	case GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND:
		put_round(to, event);
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_OFFSET:
		put_offset(to, event);
		break;
	case GUESTCLOCK_EVENT_TYPE_TSC_ADJUST:
		fprintf(to, "IA32_TSC_ADJUST %" PRId64 " -> %" PRId64 " cycles",
			v[GC_EVENT_ADJUST_OLD].s, v[GC_EVENT_ADJUST_NEW].s);
		break;
	case GUESTCLOCK_EVENT_TYPE_LOST:
		fprintf(to, "%" PRIu64 " events lost (%s)", v[GC_EVENT_LOST_COUNT].u,
			gc_words_name(&gc_words_lost_reason, v[GC_EVENT_LOST_REASON].u, buf,
				      sizeof(buf)));
		break;
	default:
		fprintf(to, "see -o json");
		break;
	}
}

/**
 * gc_event_line() - Print an event as one line.
 * @to: where it goes
 * @event: the event
 */
void gc_event_line(FILE *to, const struct gc_row *event)
{
	const struct gc_value *v = event->v;
	char time[GC_TIME_SIZE] = "-", type[GC_VALUE_SIZE], cpu[24] = "all";

	if (v[GC_EVENT_REALTIME].present)
		gc_time_format(v[GC_EVENT_REALTIME].s, time, sizeof(time));
	if (v[GC_EVENT_SUBJECT_CPU].present)
		snprintf(cpu, sizeof(cpu), "%" PRIu64, v[GC_EVENT_SUBJECT_CPU].u);
	fprintf(to, "%6" PRIu64 "  %s  %-20s  cpu %-3s  ", v[GC_EVENT_SEQ].u, time,
		gc_words_name(&gc_words_event_type, v[GC_EVENT_TYPE].u, type, sizeof(type)), cpu);
	put_details(to, event);
	fputc('\n', to);
}
