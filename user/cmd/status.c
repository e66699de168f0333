// SPDX-License-Identifier: GPL-2.0-only
/* guestclock status: the module, its log, its observers, the clocksource. */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdarg.h>
#include <stdlib.h>

#include "clocksource_sysfs.h"
#include "cmd.h"
#include "failure.h"
#include "row_json.h"
#include "schema.h"
#include "tsc_show.h"
#include "version.h"
#include "watchdog_text.h"

/**
 * struct state - All that status shows.
 * @status: the module's status
 * @clocksource: the current clocksource, as the module sees it
 * @info: what is known of all TSCs, or NULL
 * @sweep: how they are swept, or NULL
 * @watchdog: what the kernel's watchdog does, NULL with a module that does not tell
 * @observers: the observers
 * @count: number of @observers
 * @available: clocksources that can be switched to
 * @health: one line about all of it
 */
struct state {
	struct gc_row *status;
	struct gc_row *clocksource;
	struct gc_row *info;
	struct gc_row *sweep;
	struct gc_row *watchdog;
	struct gc_row **observers;
	size_t count;
	char available[256];
	char health[256];
};

static int take_observer(struct gc_row *row, void *arg)
{
	struct state *state = arg;
	struct gc_row **rows;

	rows = reallocarray(state->observers, state->count + 1, sizeof(*rows));
	if (!rows) {
		gc_row_free(row);
		return -NLE_NOMEM;
	}
	state->observers = rows;
	state->observers[state->count++] = row;
	return 0;
}

static int take_clocksource(struct gc_row *row, void *arg)
{
	struct state *state = arg;

	gc_row_free(state->clocksource);
	state->clocksource = row;
	return 0;
}

static int take_watchdog(struct gc_row *row, void *arg)
{
	struct state *state = arg;

	gc_row_free(state->watchdog);
	state->watchdog = row;
	return 0;
}

static int fetch(struct state *state)
{
	struct gc_link link;
	int err;

	err = gc_link_open(&link);
	if (err)
		return err;
	err = gc_link_status(&link, &state->status);
	if (!err)
		err = gc_link_get(&link, GUESTCLOCK_CMD_CLOCKSOURCE_GET, false,
				  &gc_schema_clocksource, take_clocksource, state);
	if (!err && !state->clocksource)
		err = -NLE_MSG_TOOSHORT;
	if (!err)
		err = gc_link_get(&link, GUESTCLOCK_CMD_OBSERVER_GET, true,
				  &gc_schema_observer, take_observer, state);
	if (!err)
		err = gc_tsc_get_info(&link, &state->info);
	if (!err)
		err = gc_tsc_get_sweep(&link, &state->sweep);
	if (!err)
		err = gc_link_get_newer(&link, GUESTCLOCK_CMD_WATCHDOG_GET,
					&gc_schema_watchdog, take_watchdog, state);
	gc_link_close(&link);
	gc_clocksource_available(state->available, sizeof(state->available));
	return err;
}

static void forget(struct state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++)
		gc_row_free(state->observers[i]);
	free(state->observers);
	gc_row_free(state->clocksource);
	gc_row_free(state->info);
	gc_row_free(state->sweep);
	gc_row_free(state->watchdog);
	gc_row_free(state->status);
}

static void judge(struct state *state)
{
	const struct gc_value *clocksource = state->clocksource->v;
	uint64_t lost = state->status->v[GC_STATUS_LOST].u;
	unsigned int blind = 0, degraded = 0;
	FILE *to;
	size_t i;

	for (i = 0; i < state->count; i++) {
		switch (state->observers[i]->v[GC_OBSERVER_STATE].u) {
		case GUESTCLOCK_OBSERVER_STATE_ACTIVE:
			break;
		case GUESTCLOCK_OBSERVER_STATE_DEGRADED:
			degraded++;
			break;
		default:
			blind++;
			break;
		}
	}
	to = fmemopen(state->health, sizeof(state->health), "w");
	if (!to)
		return;
	fprintf(to, "%s; ", clocksource[GC_CLOCKSOURCE_TSC_UNSTABLE].u ?
		"the kernel holds the TSC for unstable" : "the kernel has not marked the TSC");
	fprintf(to, "%" PRIu64 " marks, %" PRIu64 " switches, %" PRIu64 " steps; ",
		clocksource[GC_CLOCKSOURCE_MARKS].u, clocksource[GC_CLOCKSOURCE_SWITCHES].u,
		clocksource[GC_CLOCKSOURCE_STEPS].u);
	if (lost)
		fprintf(to, "%" PRIu64 " events lost in the kernel; ", lost);
	if (blind || degraded)
		fprintf(to, "%zu observers, %u degraded, %u absent", state->count, degraded, blind);
	else
		fprintf(to, "all %zu observers active", state->count);
	fclose(to);
}

static void print_pair(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print_pair(const char *name, const char *format, ...)
{
	va_list args;

	printf("%-12s ", name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void print_watchdog(const struct gc_row *watchdog)
{
	char text[512];

	if (!watchdog)
		return;
	gc_watchdog_verification(watchdog, text, sizeof(text));
	print_pair("watchdog:", "%s", text);
	if (!watchdog->v[GC_WATCHDOG_REFERENCE].present)
		return;
	gc_watchdog_reference(watchdog, text, sizeof(text));
	print_pair("", "%s", text);
}

static void print_text(const struct state *state)
{
	const struct gc_value *v = state->status->v;

	print_pair("health:", "%s", state->health);
	print_pair("module:", "guestclock %s, load 0x%016" PRIx64 ", restore epoch %" PRIu64,
		   gc_row_text(state->status, GC_STATUS_MODULE_VERSION),
		   v[GC_STATUS_LOAD_ID].u, v[GC_STATUS_RESTORE_EPOCH].u);
	if (v[GC_STATUS_LOG_TAIL].u >= v[GC_STATUS_LOG_HEAD].u)
		print_pair("event log:", "empty, room for %" PRIu64 " events, %" PRIu64 " lost",
			   v[GC_STATUS_LOG_SIZE].u, v[GC_STATUS_LOST].u);
	else
		print_pair("event log:", "seq %" PRIu64 " to %" PRIu64 ", room for %" PRIu64
			   " events, %" PRIu64 " lost", v[GC_STATUS_LOG_TAIL].u,
			   v[GC_STATUS_LOG_HEAD].u - 1, v[GC_STATUS_LOG_SIZE].u,
			   v[GC_STATUS_LOST].u);
	print_pair("polling:", "every %" PRIu64 " ms, %" PRIu64 " polls so far",
		   v[GC_STATUS_POLL_INTERVAL].u, v[GC_STATUS_POLLS].u);
	if (state->info)
		gc_tsc_show_info(stdout, state->info);
	else if (v[GC_STATUS_TSC_KHZ].u)
		print_pair("tsc:", "%" PRIu64 " kHz", v[GC_STATUS_TSC_KHZ].u);
	else
		print_pair("tsc:", "frequency unknown to the kernel");
	if (state->sweep)
		gc_tsc_show_sweep(stdout, state->sweep, v[GC_STATUS_TSC_KHZ].u);
	print_pair("clocksource:", "%s (available: %s)",
		   gc_row_text(state->clocksource, GC_CLOCKSOURCE_NAME),
		   state->available[0] ? state->available : "unknown, sysfs not mounted?");
	print_watchdog(state->watchdog);
	putchar('\n');
	gc_text_table(stdout, &gc_schema_observer, state->observers, state->count);
}

static int print_json(const struct state *state)
{
	json_t *object = gc_row_to_json(state->status), *observers = json_array();
	char *line;
	size_t i;
	int ret;

	ret = json_object_set_new(object, "client_version", json_string(GC_VERSION));
	ret |= json_object_set_new(object, "clocksource",
				   json_string(gc_row_text(state->clocksource,
							   GC_CLOCKSOURCE_NAME)));
	ret |= json_object_set_new(object, "clocksource_available",
				   json_string(state->available));
	ret |= json_object_set_new(object, "health", json_string(state->health));
	if (state->watchdog)
		ret |= json_object_set_new(object, "watchdog", gc_row_to_json(state->watchdog));
	for (i = 0; i < state->count; i++)
		ret |= json_array_append_new(observers, gc_row_to_json(state->observers[i]));
	ret |= json_object_set_new(object, "observers", observers);
	if (state->info)
		ret |= json_object_set_new(object, "tsc", gc_row_to_json(state->info));
	if (state->sweep)
		ret |= json_object_set_new(object, "tsc_sweep", gc_row_to_json(state->sweep));
	line = ret ? NULL : json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (!line)
		return -1;
	puts(line);
	free(line);
	return 0;
}

static int run(int argc, char **argv)
{
	struct state state = { .count = 0 };
	enum gc_format format;
	int ret;

	ret = gc_cmd_format(&gc_cmd_status, argc, argv, &format);
	if (ret >= 0)
		return ret;
	if (format == GC_FORMAT_CSV)
		return gc_options_bad(&gc_cmd_status.usage, "no rows to print as csv");

	ret = fetch(&state);
	if (ret) {
		ret = gc_failure_say(ret, "status");
		goto out;
	}
	judge(&state);
	if (format == GC_FORMAT_TEXT)
		print_text(&state);
	else if (print_json(&state))
		ret = gc_failure_say(-NLE_NOMEM, "status");
out:
	forget(&state);
	return ret;
}

const struct gc_cmd gc_cmd_status = {
	.usage = {
		.name = "status",
		.synopsis = "[-o text|json]",
		.summary = "Show the module, its event log, its observers and the clocksource.",
		GC_CMD_FORMAT_ONLY,
	},
	.run = run,
};
