// SPDX-License-Identifier: GPL-2.0-only
/* Ask the module, sysfs, the command line and the CPU about clocksources. */
#include "clocksource_look.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "clocksource_sysfs.h"
#include "cross_words.h"
#include "schema.h"
#include "tsc_apart.h"

static int take_row(struct gc_row *row, void *arg)
{
	struct gc_clocksource_look *look = arg;

	gc_row_free(look->row);
	look->row = row;
	return 0;
}

static int take_watchdog(struct gc_row *row, void *arg)
{
	struct gc_clocksource_look *look = arg;
	struct gc_value *value = &look->row->v[GC_CLOCKSOURCE_WATCHDOG];

	if (look->has_watchdog)
		gc_row_free(value->row);
	look->has_watchdog = true;
	value->present = true;
	value->row = row;
	return 0;
}

static int count_page(struct gc_row *row, void *arg)
{
	struct gc_clock_evidence *evidence = arg;
	const struct gc_value *v = row->v;

	if (v[GC_PVCLOCK_STATE].u == GUESTCLOCK_PAGE_STATE_OK && v[GC_PVCLOCK_FLAGS].present) {
		evidence->pages++;
		evidence->stable_pages += v[GC_PVCLOCK_FLAGS].u & GC_PAGE_TSC_STABLE;
	}
	gc_row_free(row);
	return 0;
}

static int look_for_skew(struct gc_row *row, void *arg)
{
	struct gc_clock_evidence *evidence = arg;

	if (gc_tsc_is_apart(row))
		evidence->tsc_skewed = true;
	gc_row_free(row);
	return 0;
}

/**
 * gc_clocksource_reading() - How the time is read, in a word.
 * @look: what was seen
 *
 * Return: "vdso", "system_call", "mixed" or, where it could not be watched, NULL.
 */
const char *gc_clocksource_reading(const struct gc_clocksource_look *look)
{
	if (look->read_err)
		return NULL;
	if (!look->read.calls)
		return "vdso";
	return look->read.calls < look->read.reads ? "mixed" : "system_call";
}

static int put_text(struct gc_row *row, size_t column, const char *text)
{
	return text && *text ? gc_row_set_text(row, column, text, strlen(text)) : 0;
}

static int take_reading(struct gc_row *row, void *arg)
{
	struct gc_cross_rows *rows = arg;

	/* Of one CPU all of them, unless that one went away. */
	if (!rows->check.count && row->v[GC_CLOCK_CPU].present)
		rows->check.cpu = row->v[GC_CLOCK_CPU].u;
	gc_cross_rows_add(rows, row);
	gc_row_free(row);
	return 0;
}

/* What the module has read anyway: when it was loaded, and at incidents. */
static int put_cross(struct gc_link *link, struct gc_clocksource_look *look)
{
	struct gc_cross_rows *rows = calloc(1, sizeof(*rows));
	struct gc_row *row = look->row;
	struct gc_cross_verdict verdict;
	char words[512];
	int err;

	if (!rows)
		return -NLE_NOMEM;
	err = gc_link_get(link, GUESTCLOCK_CMD_CLOCK_GET, true, &gc_schema_clock, take_reading,
			  rows);
	if (err || rows->check.count < 2)
		goto out;
	gc_cross_vote(&rows->check, &verdict);
	gc_cross_words(&verdict, words, sizeof(words));
	look->evidence.tsc_odd = verdict.outcome == GC_CROSS_ODD && verdict.sure &&
				 verdict.odd[GC_CROSS_TSC];
	gc_row_set_u(row, GC_CLOCKSOURCE_READINGS, rows->check.count);
	if (put_text(row, GC_CLOCKSOURCE_CROSS_OUTCOME, gc_cross_outcome_word(&verdict)) ||
	    put_text(row, GC_CLOCKSOURCE_CROSS_VERDICT, words))
		err = -NLE_NOMEM;
out:
	free(rows);
	return err == -NLE_OPNOTSUPP ? 0 : err;
}

static int put_options(struct gc_row *row, const struct gc_clock_options *options)
{
	char *words = NULL, *effects = NULL;
	size_t size, i;
	FILE *to;
	int err;

	to = open_memstream(&words, &size);
	for (i = 0; to && i < options->count; i++)
		fprintf(to, "%s%s", i ? " " : "", options->option[i].word);
	if (!to || fclose(to)) {
		free(words);
		return -1;
	}
	to = open_memstream(&effects, &size);
	for (i = 0; to && i < options->count; i++)
		fprintf(to, "%s%s: %s", i ? "; " : "", options->option[i].word,
			options->option[i].effect);
	err = !to || fclose(to) || put_text(row, GC_CLOCKSOURCE_OPTIONS, words) ||
	      put_text(row, GC_CLOCKSOURCE_OPTION_EFFECTS, effects);
	free(words);
	free(effects);
	return err;
}

static int fill(struct gc_clocksource_look *look)
{
	struct gc_row *row = look->row;
	char ratings[512];
	int err;

	gc_clock_ratings(&look->evidence, (int)row->v[GC_CLOCKSOURCE_RATING].s, ratings,
			 sizeof(ratings));
	err = put_text(row, GC_CLOCKSOURCE_AVAILABLE, look->available) ||
	      put_text(row, GC_CLOCKSOURCE_RATINGS, ratings) ||
	      put_text(row, GC_CLOCKSOURCE_READING, gc_clocksource_reading(look)) ||
	      put_options(row, &look->options) ||
	      put_text(row, GC_CLOCKSOURCE_RECOMMENDED, look->advice.name) ||
	      put_text(row, GC_CLOCKSOURCE_RECOMMENDED_REASON, look->advice.reason) ||
	      put_text(row, GC_CLOCKSOURCE_ACTION, look->advice.action);
	if (!look->read_err) {
		gc_row_set_u(row, GC_CLOCKSOURCE_READS, look->read.reads);
		gc_row_set_u(row, GC_CLOCKSOURCE_READ_CALLS, look->read.calls);
	}
	return err ? -NLE_NOMEM : 0;
}

/**
 * gc_clocksource_look() - Find out all about this guest's clocksources.
 * @look: filled; @look->row is for gc_row_free() in any case
 * @link: the link to the module
 *
 * Return: 0, or a negative error of libnl.
 */
int gc_clocksource_look(struct gc_clocksource_look *look, struct gc_link *link)
{
	struct gc_clock_evidence *evidence = &look->evidence;
	int err;

	memset(look, 0, sizeof(*look));
	err = gc_link_get(link, GUESTCLOCK_CMD_CLOCKSOURCE_GET, false, &gc_schema_clocksource,
			  take_row, look);
	if (!err && !look->row)
		err = -NLE_MSG_TOOSHORT;
	if (!err)
		err = gc_link_get_newer(link, GUESTCLOCK_CMD_WATCHDOG_GET, &gc_schema_watchdog,
					take_watchdog, look);
	if (!err)
		err = gc_link_get(link, GUESTCLOCK_CMD_PVCLOCK_GET, true, &gc_schema_pvclock,
				  count_page, evidence);
	if (!err)
		err = gc_link_get(link, GUESTCLOCK_CMD_TSC_GET, true, &gc_schema_tsc,
				  look_for_skew, evidence);
	if (!err)
		err = put_cross(link, look);
	if (err)
		return err;

	gc_clock_options_read(&look->options);
	gc_cpu_facts_read(&evidence->cpu);
	gc_clocksource_available(look->available, sizeof(look->available));
	look->read_err = gc_clock_read_watch(CLOCK_MONOTONIC, &look->read);
	evidence->options = &look->options;
	evidence->available = look->available;
	evidence->current = gc_row_text(look->row, GC_CLOCKSOURCE_NAME);
	evidence->tsc_marked = look->row->v[GC_CLOCKSOURCE_TSC_UNSTABLE].u;
	gc_clock_advise(evidence, &look->advice);
	return fill(look);
}
