// SPDX-License-Identifier: GPL-2.0-only
/* Events of TSCs, and rows of them, as people read them. */

#include <linux/guestclock.h>
#include <string.h>

#include "array.h"
#include "event_line.h"
#include "row_json.h"
#include "schema.h"
#include "tap.h"

static struct gc_row *event_of(const char *json)
{
	json_t *object = json_loads(json, 0, NULL);
	struct gc_row *row = gc_row_from_json(&gc_schema_event, object);

	json_decref(object);
	return row;
}

static bool line_has(const char *json, const char *wanted)
{
	struct gc_row *row = event_of(json);
	char *text = NULL;
	size_t size;
	FILE *to;
	bool has;

	to = open_memstream(&text, &size);
	if (!row || !to)
		return false;
	gc_event_line(to, row);
	fclose(to);
	has = strstr(text, wanted);
	if (!has)
		printf("# %s", text);
	free(text);
	gc_row_free(row);
	return has;
}

static void test_lines(struct tap *tap)
{
	static const struct {
		const char *json;
		const char *wanted;
		const char *name;
	} cases[] = {
		{ "{\"seq\":\"3\",\"type\":\"tsc_adjust\",\"subject_cpu\":1,"
		  "\"adjust_old_cycles\":\"0\",\"adjust_new_cycles\":\"-1000000\"}",
		  "tsc_adjust            cpu 1    IA32_TSC_ADJUST 0 -> -1000000 cycles\n",
		  "an adjustment" },
		{ "{\"seq\":\"4\",\"type\":\"tsc_offset\",\"subject_cpu\":1,\"ref_cpu\":0,"
		  "\"tsc_state\":\"ok\",\"offset_cycles\":-5000,\"bound_cycles\":120}",
		  "TSC -5000 +- 120 cycles against CPU 0\n", "an offset" },
		{ "{\"seq\":\"5\",\"type\":\"tsc_offset\",\"subject_cpu\":1,\"ref_cpu\":0,"
		  "\"tsc_state\":\"inconsistent\",\"tsc_fault\":\"rate\"}",
		  "TSC without any one offset against CPU 0 (rate)\n", "none, and why" },
		{ "{\"seq\":\"6\",\"type\":\"tsc_offset\",\"subject_cpu\":1,\"ref_cpu\":0,"
		  "\"tsc_state\":\"inconsistent\"}",
		  "against CPU 0 (jump or rate)\n", "none, by an older module" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tap_case(tap, line_has(cases[i].json, cases[i].wanted), cases[i].name);
}

static void test_change(struct tap *tap)
{
	struct gc_row *row;

	row = event_of("{\"seq\":\"3\",\"type\":\"tsc_adjust\",\"adjust_old_cycles\":\"-5\","
		       "\"adjust_new_cycles\":\"20\"}");
	gc_row_derive(row);
	tap_case(tap, row->v[GC_EVENT_ADJUST_CHANGE].present &&
		 row->v[GC_EVENT_ADJUST_CHANGE].s == 25, "by how much a TSC was moved");
	gc_row_free(row);

	row = event_of("{\"seq\":\"3\",\"type\":\"tsc_adjust\","
		       "\"adjust_old_cycles\":\"-9223372036854775808\","
		       "\"adjust_new_cycles\":\"1\"}");
	gc_row_derive(row);
	tap_case(tap, !row->v[GC_EVENT_ADJUST_CHANGE].present,
		 "not where the difference is none");
	gc_row_free(row);
}

static bool note_is(struct gc_row *row, const char *wanted)
{
	bool good;

	gc_row_derive(row);
	good = !strcmp(gc_row_text(row, GC_TSC_NOTE), wanted);
	if (!good)
		printf("# %s\n", gc_row_text(row, GC_TSC_NOTE));
	gc_row_free(row);
	return good;
}

static void test_notes(struct tap *tap)
{
	struct gc_row *row;

	tap_case(tap, note_is(gc_row_new(&gc_schema_tsc), ""), "nothing to note");
	row = gc_row_new(&gc_schema_tsc);
	gc_row_set_u(row, GC_TSC_FAULT, GUESTCLOCK_TSC_FAULT_JUMP);
	gc_row_set_u(row, GC_TSC_ROUNDS, 46);
	gc_row_set_u(row, GC_TSC_ROUNDS_WANTED, 256);
	gc_row_set_u(row, GC_TSC_BEYOND, 1);
	gc_row_set_u(row, GC_TSC_ADJUST_CHANGES, 2);
	gc_row_set_u(row, GC_TSC_ADJUST_STATE, GUESTCLOCK_ADJUST_STATE_ABSENT);
	tap_case(tap, note_is(row, "jump, 46 of 256 rounds, beyond the threshold,"
			      " adjust changed, no IA32_TSC_ADJUST"), "all there is to note");
	row = gc_row_new(&gc_schema_tsc);
	gc_row_set_u(row, GC_TSC_ROUNDS, 256);
	gc_row_set_u(row, GC_TSC_ROUNDS_WANTED, 256);
	gc_row_set_u(row, GC_TSC_BEYOND, 0);
	gc_row_set_u(row, GC_TSC_ADJUST_CHANGES, 0);
	gc_row_set_u(row, GC_TSC_ADJUST_STATE, GUESTCLOCK_ADJUST_STATE_OK);
	tap_case(tap, note_is(row, ""), "and nothing of what is as it should be");
}

int main(void)
{
	struct tap tap = { 0 };

	test_lines(&tap);
	test_change(&tap);
	test_notes(&tap);

	return tap_end(&tap);
}
