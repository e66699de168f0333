// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages, as the module writes them, to rows and on to text and JSON.
 */

#include <inttypes.h>
#include <linux/guestclock.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "event_line.h"
#include "row_json.h"
#include "schema.h"
#include "tap.h"
#include "writer.h"

static const char pvclock_json[] =
	"{\"cpu\":3,\"state\":\"ok\",\"version\":8,"
	"\"tsc_timestamp\":\"18446744073709551615\",\"system_time_ns\":\"354723717\","
	"\"tsc_to_system_mul\":3308784173,\"tsc_shift\":-1,\"flags\":67,"
	"\"flag_names\":\"TSC_STABLE,GUEST_STOPPED,0x40\",\"tsc_hz\":2596100000,"
	"\"tsc_cycles\":null,\"kvmclock_ns\":null,\"age_ns\":-7,\"updates\":null,"
	"\"last_discontinuity_ns\":-2952094000,\"torn_reads\":null}";

static const char step_json[] =
	"{\"seq\":\"2\",\"type\":\"clock_step\",\"source\":\"poll\","
	"\"offs_real_before_ns\":\"1700000000000000000\","
	"\"offs_real_after_ns\":\"1699999999000000000\",\"step_ns\":-1000000000}";

static const char mark_json[] =
	"{\"seq\":\"3\",\"type\":\"clocksource_unstable\",\"source\":\"poll\","
	"\"clocksource\":\"tsc\\\\x1b[31m\\\"\",\"reason\":\"unknown\"}";

static const char unknown_json[] =
	"{\"seq\":\"4\",\"type\":\"type_99\",\"source\":\"poll\","
	"\"attr_0\":\"05000000\",\"attr_900\":\"04030201\",\"attr_20\":\"616263\"}";

static struct gc_row *decode(struct nl_msg *msg, const struct gc_schema *schema)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct gc_row *row;

	row = gc_decode_row(schema, nlmsg_attrdata(header, 0), nlmsg_attrlen(header, 0));
	nlmsg_free(msg);
	return row;
}

static struct nl_msg *new_message(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !nlmsg_put(msg, 0, 0, 0x20, 0, 0))
		abort();
	return msg;
}

static void put_page(struct nl_msg *msg, int attr, uint32_t version, uint64_t system_time)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u32(msg, GUESTCLOCK_A_PAGE_VERSION, version);
	nla_put_u64(msg, GUESTCLOCK_A_PAGE_TSC_TIMESTAMP, 18446744073709551615ULL);
	nla_put_u64(msg, GUESTCLOCK_A_PAGE_SYSTEM_TIME, system_time);
	nla_put_u32(msg, GUESTCLOCK_A_PAGE_TSC_TO_SYSTEM_MUL, 3308784173U);
	nla_put_s32(msg, GUESTCLOCK_A_PAGE_TSC_SHIFT, -1);
	nla_put_u32(msg, GUESTCLOCK_A_PAGE_FLAGS, 1 | 2 | 0x40);
	nla_nest_end(msg, nest);
}

static bool json_is(const struct gc_row *row, const char *expected)
{
	char *line = gc_row_to_json_line(row);
	bool same = line && !strcmp(line, expected);

	if (!same)
		printf("# got  %s\n# want %s\n", line, expected);
	free(line);
	return same;
}

/* Through JSON and back, nothing may change. */
static bool survives_json(const struct gc_row *row)
{
	char *line = gc_row_to_json_line(row);
	json_t *json = gc_row_to_json(row);
	struct gc_row *again = gc_row_from_json(row->schema, json);
	bool same = again && json_is(again, line);

	gc_row_free(again);
	json_decref(json);
	free(line);
	return same;
}

static void test_pvclock(struct tap *tap)
{
	struct nl_msg *msg = new_message();
	struct gc_row *row;

	nla_put_u32(msg, GUESTCLOCK_A_PVCLOCK_CPU, 3);
	nla_put_u32(msg, GUESTCLOCK_A_PVCLOCK_STATE, GUESTCLOCK_PAGE_STATE_OK);
	put_page(msg, GUESTCLOCK_A_PVCLOCK_PAGE, 8, 354723717);
	nla_put_u64(msg, GUESTCLOCK_A_PVCLOCK_TSC_HZ, 2596100000ULL);
	nla_put_s64(msg, GUESTCLOCK_A_PVCLOCK_AGE, -7);
	nla_put_s64(msg, GUESTCLOCK_A_PVCLOCK_LAST_DISCONTINUITY, -2952094000LL);
	row = decode(msg, &gc_schema_pvclock);
	tap_case(tap, json_is(row, pvclock_json),
		 "a pvclock row, its page flattened, absent values null");
	tap_case(tap, survives_json(row), "which reads back as it was written");
	gc_row_free(row);

	msg = new_message();
	nla_put_u32(msg, GUESTCLOCK_A_PVCLOCK_CPU, 0);
	nla_put_u32(msg, GUESTCLOCK_A_PVCLOCK_STATE, 77);
	row = decode(msg, &gc_schema_pvclock);
	tap_case(tap, row->v[GC_PVCLOCK_STATE].u == 77 && survives_json(row),
		 "a state of a newer module is kept by number");
	gc_row_free(row);
}

static void put_event(struct nl_msg *msg, uint64_t seq, uint32_t type)
{
	nla_put_u64(msg, GUESTCLOCK_A_EVENT_SEQ, seq);
	nla_put_u32(msg, GUESTCLOCK_A_EVENT_TYPE, type);
	nla_put_u32(msg, GUESTCLOCK_A_EVENT_SOURCE, GUESTCLOCK_SOURCE_POLL);
	nla_put_u64(msg, GUESTCLOCK_A_EVENT_LOG_TAIL, 1);
	nla_put_u64(msg, GUESTCLOCK_A_EVENT_LOG_HEAD, seq + 1);
}

static void test_event(struct tap *tap)
{
	struct nl_msg *msg = new_message();
	struct gc_row *row;

	put_event(msg, 1ULL << 60, GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE);
	nla_put_s64(msg, GUESTCLOCK_A_EVENT_REALTIME, 1700000000123456789LL);
	put_page(msg, GUESTCLOCK_A_EVENT_PAGE_OLD, 6, 1);
	put_page(msg, GUESTCLOCK_A_EVENT_PAGE_NEW, 8, 2);
	nla_put_s64(msg, GUESTCLOCK_A_EVENT_DISCONTINUITY, -3000000000LL);
	row = decode(msg, &gc_schema_event);
	tap_case(tap, row->v[GC_EVENT_PAGE_NEW].row->v[GC_PAGE_SHIFT].s == -1 &&
		 row->v[GC_EVENT_DISCONTINUITY].s == -3000000000LL,
		 "an event with nested pages and signed values");
	tap_case(tap, !row->unknown, "where the log stands is no part of an event");
	tap_case(tap, survives_json(row), "which reads back as it was written");
	gc_row_free(row);

	msg = new_message();
	put_event(msg, 2, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP);
	nla_put_s64(msg, GUESTCLOCK_A_EVENT_OFFS_REAL_BEFORE, 1700000000000000000LL);
	nla_put_s64(msg, GUESTCLOCK_A_EVENT_OFFS_REAL_AFTER, 1699999999000000000LL);
	row = decode(msg, &gc_schema_event);
	tap_case(tap, json_is(row, step_json),
		 "a step has its size, absent values are left out");
	gc_row_free(row);

	msg = new_message();
	put_event(msg, 3, GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE);
	nla_put_string(msg, GUESTCLOCK_A_EVENT_CLOCKSOURCE, "tsc\033[31m\"");
	row = decode(msg, &gc_schema_event);
	tap_case(tap, json_is(row, mark_json),
		 "a mark without reason has reason unknown, and no text can touch a terminal");
	tap_case(tap, survives_json(row), "which reads back as it was written");
	gc_row_free(row);
}

static void test_unknown(struct tap *tap)
{
	struct nl_msg *msg = new_message();
	struct gc_row *row;

	put_event(msg, 4, 99);
	nla_put_u32(msg, 0, 5);
	nla_put_u32(msg, 900, 0x01020304);
	nla_put(msg, GUESTCLOCK_A_EVENT_RATING, 3, "abc");
	row = decode(msg, &gc_schema_event);
	tap_case(tap, json_is(row, unknown_json),
		 "unknown types, attributes and misfits are kept by number");
	tap_case(tap, survives_json(row), "and pass through JSON");
	gc_row_free(row);
}

static bool keeps(const struct gc_row *row, int attr, const char *hex)
{
	const char *kept;
	char key[32];

	snprintf(key, sizeof(key), "attr_%d", attr);
	kept = json_string_value(json_object_get(row->unknown, key));
	return kept && !strcmp(kept, hex);
}

static void test_misfits(struct tap *tap)
{
	struct nl_msg *msg = new_message();
	struct gc_row *row;

	nla_put_u64(msg, GUESTCLOCK_A_EVENT_SEQ, 5);
	nla_put_u64(msg, GUESTCLOCK_A_EVENT_TYPE,
		    1ULL << 32 | GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE);
	row = decode(msg, &gc_schema_event);
	tap_case(tap, !row->v[GC_EVENT_TYPE].present &&
		 keeps(row, GUESTCLOCK_A_EVENT_TYPE, "0100000001000000"),
		 "a type of more than 32 bits is not taken for the type of its lower half");
	gc_row_free(row);

	msg = new_message();
	put_event(msg, 6, GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH);
	nla_put_s32(msg, GUESTCLOCK_A_EVENT_RATING, 400);
	nla_put_s32(msg, GUESTCLOCK_A_EVENT_RATING, 7);
	row = decode(msg, &gc_schema_event);
	tap_case(tap, row->v[GC_EVENT_RATING].s == 400 &&
		 keeps(row, GUESTCLOCK_A_EVENT_RATING, "07000000"),
		 "of an attribute that comes twice the first counts, the second is kept by number");
	gc_row_free(row);
}

/* Whatever the bytes, decoding neither crashes nor reads beyond them. */
static void test_garbage(struct tap *tap)
{
	bool survived = true;
	unsigned char *bytes;
	struct gc_row *row;
	int i, trial, len;

	srand48(1);
	for (trial = 0; trial < 20000; trial++) {
		len = lrand48() % 120;
		bytes = malloc(len ? len : 1);
		if (!bytes)
			abort();
		for (i = 0; i < len; i++)
			bytes[i] = lrand48() % 3 ? lrand48() % 40 : lrand48();
		/* Mostly plausible lengths, or nothing would be parsed at all. */
		for (i = 0; i + 4 <= len; i += 12) {
			bytes[i] = 4 + lrand48() % 9;
			bytes[i + 1] = 0;
		}
		row = gc_decode_row(&gc_schema_event, (struct nlattr *)bytes, len);
		survived = row && survives_json(row);
		gc_row_free(row);
		free(bytes);
		if (!survived)
			break;
	}
	tap_case(tap, trial == 20000, "random attributes do no harm");
}

static char *print(enum gc_format format, struct gc_row *row)
{
	struct gc_writer writer;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	gc_writer_begin(&writer, format, row->schema, to);
	gc_writer_row(&writer, row);
	gc_writer_end(&writer);
	fclose(to);
	return text;
}

static void test_formats(struct tap *tap)
{
	struct gc_row *row = gc_row_new(&gc_schema_observer);
	char *text;

	gc_row_set_text(row, GC_OBSERVER_NAME, "tsc", 3);
	gc_row_set_u(row, GC_OBSERVER_STATE, GUESTCLOCK_OBSERVER_STATE_DEGRADED);
	gc_row_set_text(row, GC_OBSERVER_DETAIL, "a, \"b\"", 6);
	text = print(GC_FORMAT_CSV, row);
	tap_case(tap, !strcmp(text, "name,state,detail\ntsc,degraded,\"a, \"\"b\"\"\"\n"),
		 "CSV is quoted where it must be");
	free(text);

	row = gc_row_new(&gc_schema_tsc);
	gc_row_set_u(row, GC_TSC_CPU, 12);
	gc_row_set_s(row, GC_TSC_OFFSET_CYCLES, -1000000);
	text = print(GC_FORMAT_TEXT, row);
	tap_case(tap, strstr(text, "CPU  REF  STATE") == text &&
		 strstr(text, "\n 12    -  -            -1000000 "),
		 "text columns are aligned, absent values are dashes");
	free(text);

	row = gc_row_new(&gc_schema_event);
	gc_row_set_u(row, GC_EVENT_SEQ, 5);
	text = print(GC_FORMAT_CSV, row);
	tap_case(tap, strstr(text, ",page_old_version,page_old_tsc_timestamp,") &&
		 strstr(text, "\n5,,,"), "nested columns are named after their row");
	free(text);
}

int main(void)
{
	struct tap tap = { 0 };

	test_pvclock(&tap);
	test_event(&tap);
	test_unknown(&tap);
	test_misfits(&tap);
	test_garbage(&tap);
	test_formats(&tap);

	return tap_end(&tap);
}
