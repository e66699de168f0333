// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel's clocksource watchdog does, in words. */
#include "watchdog_text.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdio.h>

#include "event_line.h"
#include "schema.h"

/**
 * gc_watchdog_verification() - Whether the kernel verifies the TSC, and why.
 * @watchdog: row of gc_schema_watchdog
 * @buf: gets a sentence
 * @size: size of @buf
 */
void gc_watchdog_verification(const struct gc_row *watchdog, char *buf, size_t size)
{
	const struct gc_value *v = watchdog->v;
	const char *why = gc_row_text(watchdog, GC_WATCHDOG_BECAUSE);
	const char *what;

	switch (v[GC_WATCHDOG_VERIFICATION].present ? v[GC_WATCHDOG_VERIFICATION].u : 0) {
	case GUESTCLOCK_TSC_VERIFICATION_VERIFIED:
		what = "the kernel verifies the TSC here";
		break;
	case GUESTCLOCK_TSC_VERIFICATION_TRUSTED:
	case GUESTCLOCK_TSC_VERIFICATION_GIVEN_UP:
	case GUESTCLOCK_TSC_VERIFICATION_NO_WATCHDOG:
	case GUESTCLOCK_TSC_VERIFICATION_NO_TSC:
		what = "the kernel does not verify the TSC here";
		break;
	case GUESTCLOCK_TSC_VERIFICATION_PAUSED:
		what = "the kernel does not verify the TSC at the moment";
		break;
	case GUESTCLOCK_TSC_VERIFICATION_UNKNOWN:
		what = "whether the kernel verifies the TSC here was not seen";
		break;
	default:
		what = "whether the kernel verifies the TSC here is unknown";
		break;
	}
	snprintf(buf, size, "%s%s%s", what, *why ? ", because " : "", why);
}

/**
 * gc_watchdog_reference() - What the watchdog judges clocksources by.
 * @watchdog: row of gc_schema_watchdog
 * @buf: gets a sentence
 * @size: size of @buf
 */
void gc_watchdog_reference(const struct gc_row *watchdog, char *buf, size_t size)
{
	const struct gc_value *derived = &watchdog->v[GC_WATCHDOG_REFERENCE_FROM_TSC];
	const char *name = gc_row_text(watchdog, GC_WATCHDOG_REFERENCE);

	if (!*name)
		snprintf(buf, size, "no round of the watchdog was seen yet, so its reference is"
			 " not known");
	else if (derived->present && derived->u)
		snprintf(buf, size, "the reference is %s, which derives from the TSC: a TSC judged"
			 " by it is judged by itself", name);
	else
		snprintf(buf, size, "the reference is %s%s", name,
			 derived->present ? ", which does not derive from the TSC" : "");
}

static void add_count(FILE *to, const struct gc_row *watchdog, size_t column, const char *what)
{
	if (watchdog->v[column].u)
		fprintf(to, ", %" PRIu64 " %s", watchdog->v[column].u, what);
}

/**
 * gc_watchdog_rounds() - What the rounds were like that were seen.
 * @watchdog: row of gc_schema_watchdog
 * @buf: gets a sentence
 * @size: size of @buf
 */
void gc_watchdog_rounds(const struct gc_row *watchdog, char *buf, size_t size)
{
	const struct gc_value *v = watchdog->v;
	char least[GC_TIME_SIZE], most[GC_TIME_SIZE];
	FILE *to = fmemopen(buf, size, "w");

	if (!to)
		return;
	fprintf(to, "%" PRIu64 " rounds seen", v[GC_WATCHDOG_ROUNDS].u);
	add_count(to, watchdog, GC_WATCHDOG_LATE, "late");
	add_count(to, watchdog, GC_WATCHDOG_PASSED, "checks passed");
	add_count(to, watchdog, GC_WATCHDOG_FAILED, "failed");
	add_count(to, watchdog, GC_WATCHDOG_RESETS, "reset");
	add_count(to, watchdog, GC_WATCHDOG_LONG_INTERVALS, "of too long an interval");
	add_count(to, watchdog, GC_WATCHDOG_SKIPPED, "skipped");
	add_count(to, watchdog, GC_WATCHDOG_TIMED_OUT, "timed out");
	if (v[GC_WATCHDOG_MAX_LATENESS].present)
		fprintf(to, "; at most %s late",
			gc_duration_format(v[GC_WATCHDOG_MAX_LATENESS].s, most, sizeof(most)));
	if (v[GC_WATCHDOG_PASSED].u && v[GC_WATCHDOG_MIN_DIFFERENCE].present &&
	    v[GC_WATCHDOG_MAX_DIFFERENCE].present)
		fprintf(to, "; watched clock minus reference %s to %s",
			gc_duration_format(v[GC_WATCHDOG_MIN_DIFFERENCE].s, least, sizeof(least)),
			gc_duration_format(v[GC_WATCHDOG_MAX_DIFFERENCE].s, most, sizeof(most)));
	fclose(to);
}
