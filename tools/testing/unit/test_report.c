// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts: on a recording of a real guest, on made-up ones whose cause is
 * known, and on nonsense.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "made_pages.h"
#include "report/arith.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "schema.h"
#include "tap.h"
#include "writer.h"

static char path[64];

static void put_mark(FILE *to, unsigned int seq, int64_t at)
{
	fprintf(to, "{\"seq\":\"%u\",\"type\":\"clocksource_unstable\",\"source\":\"kprobe\","
		"\"boottime_ns\":\"%ld\",\"realtime_ns\":\"%ld\",\"clocksource\":\"tsc\","
		"\"reason\":\"unknown\"," IDENTITY "}\n", seq, at, 1000 * SECOND + at);
}

static void put_offset(FILE *to, unsigned int seq, int64_t offset, int64_t bound)
{
	fprintf(to, "{\"seq\":\"%u\",\"type\":\"tsc_offset\",\"source\":\"measurement\","
		"\"subject_cpu\":1,\"ref_cpu\":0,\"boottime_ns\":\"%u\",\"realtime_ns\":\"5\","
		"\"tsc_state\":\"ok\",\"offset_cycles\":%ld,\"bound_cycles\":%ld," IDENTITY "}\n",
		seq, seq, offset, bound);
}

static FILE *begin(const char *clocksource, const char *cpus)
{
	FILE *to = tap_open(path, "w");

	if (!to)
		abort();
	if (clocksource)
		put_context(to, clocksource, cpus);
	return to;
}

/* The report as lines of JSON, or as text. */
static char *report(const char *file, bool text)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	char *result = NULL, why[256];
	size_t i, size;
	FILE *to;

	if (gc_evidence_read(&evidence, file, why, sizeof(why))) {
		printf("# %s\n", why);
		gc_evidence_free(&evidence);
		return strdup("");
	}
	to = open_memstream(&result, &size);
	if (!to || gc_timeline_build(&timeline, &evidence, false))
		abort();
	if (text)
		gc_report_text(to, "RECORDING", &timeline);
	for (i = 0; !text && i < timeline.count; i++)
		gc_json_line(to, timeline.entries[i].incident);
	fclose(to);
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return result;
}

/* The first line of the report that is made of what was written to @to. */
static json_t *first_of(FILE *to, unsigned int *lines)
{
	json_t *first;
	char *text;
	size_t i;

	fclose(to);
	text = report(path, false);
	*lines = 0;
	for (i = 0; text[i]; i++)
		*lines += text[i] == '\n';
	first = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	free(text);
	return first;
}

static bool is(json_t *json, const char *class, const char *confidence)
{
	const char *got_class = json_string_value(json_object_get(json, "class"));
	const char *got = json_string_value(json_object_get(json, "confidence"));

	if (got_class && got && !strcmp(got_class, class) && !strcmp(got, confidence))
		return true;
	printf("# got %s, %s; want %s, %s\n", got_class ?: "-", got ?: "-", class, confidence);
	return false;
}

static int64_t number(json_t *json, const char *key)
{
	json_t *value = json_object_get(json, key);

	if (json_is_string(value))
		return strtoll(json_string_value(value), NULL, 10);
	return json_integer_value(value);
}

static json_t *pause_of(const char *clocksource, const char *cpus, unsigned int flags,
			unsigned int *lines)
{
	struct update update = {
		.at = 100 * SECOND, .window = 3 * SECOND + SECOND / 5, .jump = -3 * SECOND,
		.age = 50 * SECOND, .flags = flags,
	};
	FILE *to = begin(clocksource, cpus);

	put_update(to, 1, &update);
	put_mark(to, 2, update.at + SECOND);
	update.cpu = 1;
	update.jump += 1000;
	put_update(to, 3, &update);
	return first_of(to, lines);
}

static void test_pause(struct tap *tap)
{
	unsigned int lines;
	json_t *json;

	json = pause_of("kvm-clock", "0-1", 3, &lines);
	tap_case(tap, is(json, "vm-pause", "high") && lines == 2,
		 "pages that went back together are one pause");
	tap_case(tap, number(json, "duration_ns") == 3 * SECOND &&
		 number(json, "bound_ns") > SECOND / 5 &&
		 number(json, "bound_ns") < SECOND / 5 + 100000,
		 "as long as the jump, give or take the rest of the window");
	tap_case(tap, number(json, "begin_realtime_ns") == 1100 * SECOND,
		 "under kvm-clock it began where the wall clock stood");
	tap_case(tap, json_array_size(json_object_get(json, "cpus")) == 2 &&
		 json_array_size(json_object_get(json, "evidence")) == 2, "with all evidence");
	json_decref(json);

	json = pause_of("tsc", "0-1", 1, &lines);
	tap_case(tap, is(json, "vm-pause", "high") &&
		 number(json, "begin_realtime_ns") == 1097 * SECOND,
		 "under tsc it began before the wall clock went on");
	json_decref(json);

	json = pause_of(NULL, NULL, 1, &lines);
	tap_case(tap, is(json, "vm-pause", "medium") &&
		 number(json, "begin_bound_ns") > 3 * SECOND,
		 "without context neither the vCPUs nor the begin are sure");
	json_decref(json);

	json = pause_of("kvm-clock", "0-3", 1, &lines);
	tap_case(tap, is(json, "undetermined", "low") &&
		 json_is_null(json_object_get(json, "duration_ns")),
		 "pages of some vCPUs alone are no pause");
	json_decref(json);
}

static json_t *update_of(struct update update, const char *cpus)
{
	FILE *to = begin("kvm-clock", cpus);
	unsigned int lines;

	update.at = 100000 * SECOND;
	update.window = SECOND / 5 + gc_magnitude(update.jump) / 1000 * update.window;
	put_update(to, 1, &update);
	return first_of(to, &lines);
}

static void test_rebase(struct tap *tap)
{
	static const struct {
		struct update update;
		const char *cpus;
		const char *class, *confidence;
		const char *name;
	} cases[] = {
		{ { .jump = 50000000, .window = 1000, .age = SECOND, .flags = 1 }, "0",
		  "kvmclock-rebase", "medium", "a clock that went forward was re-based" },
		{ { .jump = -150000, .window = 1000, .age = SECOND, .flags = 1 }, "0",
		  "kvmclock-rebase", "medium", "a small step back, too" },
		{ { .jump = -150000, .window = 1000, .age = SECOND, .flags = 3 }, "0",
		  "vm-pause", "high", "unless the host says that it had stopped the guest" },
		{ { .jump = -30000000, .window = 1000, .age = 80000 * SECOND, .flags = 1 }, "0",
		  "kvmclock-rebase", "medium", "so does a page that is days old" },
		{ { .jump = -300000000, .window = 1000, .age = 80000 * SECOND, .flags = 1 }, "0",
		  "vm-pause", "medium", "a pause with such a page is less sure" },
		{ { .jump = -9 * SECOND, .window = 0, .age = SECOND, .flags = 1 }, "0",
		  "undetermined", "low", "a clock cannot stand still for longer than the TSC ran" },
		{ { .jump = -SECOND / 2, .window = 1000, .age = SECOND / 2, .flags = 1 }, "0",
		  "tsc-skew", "high", "a page at its old system_time follows a TSC that jumped" },
		{ { .jump = -SECOND / 2, .window = 1000, .age = SECOND / 2, .flags = 1 }, "0-1",
		  "tsc-skew", "high", "that of one vCPU of two, too" },
		{ { .jump = 0, .window = 0, .age = SECOND, .flags = 0 }, "0-1",
		  "kvmclock-rebase", "medium", "a page written anew without a change is one" },
		{ { .jump = -400000, .window = 1000, .age = SECOND, .flags = 0 }, "0-1",
		  "kvmclock-rebase", "medium", "pages of their own may change alone" },
	};
	json_t *json;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json = update_of(cases[i].update, cases[i].cpus);
		tap_case(tap, is(json, cases[i].class, cases[i].confidence) &&
			 (number(json, "begin_realtime_ns") > 101000 * SECOND) ==
			 !strcmp(cases[i].class, "tsc-skew"), cases[i].name);
		json_decref(json);
	}
}

static void test_marks(struct tap *tap)
{
	FILE *to = begin("kvm-clock", "0-1");
	unsigned int lines;
	json_t *json;

	put_mark(to, 1, SECOND);
	json = first_of(to, &lines);
	tap_case(tap, is(json, "undetermined", "low"), "a mark alone is not judged");
	json_decref(json);

	to = begin("kvm-clock", "0-1");
	put_mark(to, 1, 0);
	put_offset(to, 2, 1000000, 260);
	put_mark(to, 3, 2 * SECOND);
	json = first_of(to, &lines);
	tap_case(tap, is(json, "undetermined", "low") && lines == 3,
		 "nor by an offset that was measured afterwards");
	json_decref(json);

	to = begin("kvm-clock", "0-1");
	put_offset(to, 1, -1000000, 260);
	json = first_of(to, &lines);
	tap_case(tap, is(json, "tsc-skew", "high") &&
		 strstr(json_string_value(json_object_get(json, "text")),
			"CPU 1 is 1000000 +- 260 cycles behind that of CPU 0"),
		 "an offset beyond its bound is a skew, with its direction");
	json_decref(json);

	to = begin("kvm-clock", "0-1");
	fputs("{\"record\":\"kmsg\",\"kmsg_seq\":\"9\",\"usec\":\"1\",\"priority\":6,\"live\":true,"
	      "\"boottime_ns\":\"5\",\"realtime_ns\":\"6\",\"machine_id\":\"m\",\"boot_id\":\"b\","
	      "\"text\":\"tsc: Marking TSC unstable due to clocksource watchdog\"}\n", to);
	json = first_of(to, &lines);
	tap_case(tap, is(json, "undetermined", "low") && number(json, "kmsg_seq") == 9,
		 "a mark without an event is known from the kernel's line");
	json_decref(json);
}

static char *read_file(const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *from = tap_open(name, "r");

	if (!from || getdelim(&text, &size, '\0', from) < 0) {
		free(text);
		text = strdup("");
	}
	if (from)
		fclose(from);
	return text;
}

static void compare(struct tap *tap, bool text, const char *expected, const char *name)
{
	char file[512], got_file[512], *got, *again, *want;
	FILE *to;

	snprintf(file, sizeof(file), "%s/pause.jsonl", FIXTURES);
	got = report(file, text);
	again = report(file, text);
	snprintf(file, sizeof(file), "%s/%s", FIXTURES, expected);
	want = read_file(file);
	tap_case(tap, !strcmp(got, want) && !strcmp(got, again), name);
	if (strcmp(got, want)) {
		snprintf(got_file, sizeof(got_file), ".build/%s", expected);
		to = tap_open(got_file, "w");
		if (to) {
			fputs(got, to);
			fclose(to);
		}
		printf("# if the new one is right: cp %s fixtures/%s\n", got_file, expected);
	}
	free(got);
	free(again);
	free(want);
}

/* Nonsense in any field is taken as it comes, without harm. */
static void test_nonsense(struct tap *tap)
{
	static const char *const values[] = {
		"\"18446744073709551615\"", "\"-9223372036854775808\"", "-9223372036854775808",
		"9223372036854775807", "\"tsc\"", "null", "0", "[]", "{}", "-1", "\"\"",
	};
	char file[512], *text, *at, *end;
	unsigned int trial;
	FILE *to;

	srand48(3);
	snprintf(file, sizeof(file), "%s/pause.jsonl", FIXTURES);
	text = read_file(file);
	for (trial = 0; trial < 3000; trial++) {
		to = tap_open(path, "w");
		for (at = text; *at;) {
			end = at + strcspn(at, ":,");
			fwrite(at, 1, end - at, to);
			at = end;
			if (!*at)
				break;
			fputc(*at++, to);
			if (at[-1] == ':' && strchr("\"-0123456789", *at) && !(lrand48() % 40)) {
				at += *at == '"' ? strcspn(at + 1, "\"") + 2 :
				      strspn(at, "-0123456789");
				fputs(values[lrand48() % ARRAY_SIZE(values)], to);
			}
		}
		fclose(to);
		free(report(path, trial % 2));
	}
	free(text);
	tap_case(tap, true, "nonsense in any field does no harm");
}

int main(void)
{
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	test_pause(&tap);
	test_rebase(&tap);
	test_marks(&tap);
	compare(&tap, false, "pause.json", "the report on a real pause, as JSON");
	compare(&tap, true, "pause.txt", "the report on a real pause, as text");
	test_nonsense(&tap);
	unlink(path);

	return tap_end(&tap);
}
