// SPDX-License-Identifier: GPL-2.0-only
/* Timestamps, and the log that comes back with every run as truth. */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/**
 * stamp_now() - the present moment on both clocks
 *
 * Return: CLOCK_REALTIME and CLOCK_MONOTONIC_RAW, read one after the other.
 */
struct stamp stamp_now(void)
{
	struct stamp now;

	now.realtime_ns = clock_ns(CLOCK_REALTIME);
	now.raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
	return now;
}

/**
 * put_ns() - add an absolute time to an object
 * @object: JSON object
 * @key: its new key
 * @ns: nanoseconds; written as a string, as all absolute times are
 */
void put_ns(json_t *object, const char *key, int64_t ns)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)ns);
	json_object_set_new(object, key, json_string(text));
}

/**
 * put_span() - add begin and end on both clocks to an object
 * @object: JSON object
 * @begin: first moment
 * @end: last moment
 */
void put_span(json_t *object, struct stamp begin, struct stamp end)
{
	put_ns(object, "begin_realtime_ns", begin.realtime_ns);
	put_ns(object, "end_realtime_ns", end.realtime_ns);
	put_ns(object, "begin_monotonic_raw_ns", begin.raw_ns);
	put_ns(object, "end_monotonic_raw_ns", end.raw_ns);
}

/**
 * log_record() - write one line of the log
 * @agent: the agent
 * @what: kind of record
 * @detail: JSON value to include, borrowed, may be NULL
 */
void log_record(struct agent *agent, const char *what, json_t *detail)
{
	struct stamp now = stamp_now();
	json_t *record = json_object();
	char *text;

	put_ns(record, "host_realtime_ns", now.realtime_ns);
	put_ns(record, "host_monotonic_raw_ns", now.raw_ns);
	json_object_set_new(record, "record", json_string(what));
	if (detail)
		json_object_set(record, "detail", detail);
	text = json_dumps(record, JSON_COMPACT);
	if (text && dprintf(agent->log, "%s\n", text) < 0)
		perror("host agent: cannot write the log");
	free(text);
	json_decref(record);
}
