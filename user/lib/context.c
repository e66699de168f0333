// SPDX-License-Identifier: GPL-2.0-only
/* What the machine looks like, so that a recording can be judged elsewhere. */
#include "context.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "array.h"
#include "clock.h"
#include "clocksource_sysfs.h"
#include "schema.h"
#include "smallfile.h"
#include "version.h"

static void add(json_t *object, const char *key, const char *text)
{
	/* Empty means that the machine does not tell. */
	json_object_set_new(object, key, *text ? json_string(text) : json_null());
}

static void add_clock(json_t *object, const char *key, clockid_t clock)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, gc_clock_ns(clock));
	add(object, key, text);
}

/* Those options of the kernel's command line that decide about clocks. */
static void add_cmdline(json_t *object)
{
	static const char *const options[] = {
		"tsc=", "notsc", "clocksource", "clock=", "no-kvmclock", "no-steal-acc",
		"hpet=", "nohpet",
		"tsc_early_khz=", "nohz", "isolcpus=", "lpj=", "acpi_pm", "pmtmr=", "highres=",
		"nosmp", "maxcpus=", "processor.max_cstate=", "intel_idle.max_cstate=",
		"idle=", "nowatchdog",
	};
	char cmdline[4096], kept[1024] = "", *word, *rest;
	size_t i, len;

	if (gc_smallfile_read("/proc/cmdline", cmdline, sizeof(cmdline)))
		return;
	for (word = strtok_r(cmdline, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		for (i = 0; i < ARRAY_SIZE(options); i++) {
			if (strncmp(word, options[i], strlen(options[i])))
				continue;
			len = strlen(kept);
			snprintf(kept + len, sizeof(kept) - len, "%s%s", len ? " " : "", word);
			break;
		}
	}
	json_object_set_new(object, "cmdline_clock_options", json_string(kept));
}

static void add_module(json_t *object, const struct gc_row *status)
{
	char load[24];

	snprintf(load, sizeof(load), "0x%016" PRIx64, status->v[GC_STATUS_LOAD_ID].u);
	add(object, "module_version", gc_row_text(status, GC_STATUS_MODULE_VERSION));
	add(object, "load_id", load);
	json_object_set_new(object, "restore_epoch",
			    json_integer((json_int_t)status->v[GC_STATUS_RESTORE_EPOCH].u));
	json_object_set_new(object, "tsc_khz",
			    json_integer((json_int_t)status->v[GC_STATUS_TSC_KHZ].u));
	json_object_set_new(object, "poll_interval_ms",
			    json_integer((json_int_t)status->v[GC_STATUS_POLL_INTERVAL].u));
}

/**
 * gc_context_take() - Describe this machine, now.
 * @occasion: "start", "periodic" or "end"
 * @identity: of this machine and boot
 * @status: the module's status, or NULL while it is away
 *
 * Return: a new JSON object, or NULL without memory.
 */
json_t *gc_context_take(const char *occasion, const struct gc_identity *identity,
			const struct gc_row *status)
{
	json_t *object = json_object();
	struct utsname system;
	char text[256];

	if (!object)
		return NULL;
	add(object, "record", "context");
	add(object, "occasion", occasion);
	add(object, "client_version", GC_VERSION);
	add_clock(object, "realtime_ns", CLOCK_REALTIME);
	add_clock(object, "boottime_ns", CLOCK_BOOTTIME);
	add_clock(object, "monotonic_ns", CLOCK_MONOTONIC);
	add_clock(object, "monotonic_raw_ns", CLOCK_MONOTONIC_RAW);
	gc_clocksource_current(text, sizeof(text));
	add(object, "clocksource", text);
	gc_clocksource_available(text, sizeof(text));
	add(object, "clocksource_available", text);
	gc_smallfile_read("/sys/devices/system/cpu/online", text, sizeof(text));
	add(object, "cpus_online", text);
	if (!uname(&system))
		add(object, "kernel", system.release);
	add_cmdline(object);
	if (status)
		add_module(object, status);
	add(object, "machine_id", identity->machine_id);
	add(object, "boot_id", identity->boot_id);
	return object;
}
