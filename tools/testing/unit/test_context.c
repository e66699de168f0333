// SPDX-License-Identifier: GPL-2.0-only
/* What a recording says about the machine it is made on. */

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "clock.h"
#include "clocksource_sysfs.h"
#include "context.h"
#include "schema.h"
#include "tap.h"

static const struct gc_identity identity = { "machine", "boot" };

static const char *text_of(const json_t *context, const char *key)
{
	const char *text = json_string_value(json_object_get(context, key));

	return text ? text : "";
}

static void test_machine(struct tap *tap)
{
	int64_t before = gc_clock_ns(CLOCK_BOOTTIME), at;
	json_t *context = gc_context_take("start", &identity, NULL);
	struct utsname system;
	char current[64];

	at = strtoll(text_of(context, "boottime_ns"), NULL, 10);
	tap_case(tap, at >= before && at <= gc_clock_ns(CLOCK_BOOTTIME),
		 "the clocks are read as it is taken");
	tap_case(tap, !uname(&system) && !strcmp(text_of(context, "kernel"), system.release) &&
		 !strcmp(text_of(context, "occasion"), "start") &&
		 !strcmp(text_of(context, "machine_id"), "machine") &&
		 !strcmp(text_of(context, "boot_id"), "boot"), "it is of this machine");
	gc_clocksource_current(current, sizeof(current));
	tap_case(tap, !strcmp(text_of(context, "clocksource"), current) &&
		 (*current || json_is_null(json_object_get(context, "clocksource"))),
		 "with its clocksource, or null where the kernel does not tell");
	tap_case(tap, !json_object_get(context, "load_id"),
		 "and nothing of a module that is away");
	json_decref(context);
}

static void test_module(struct tap *tap)
{
	struct gc_row *status = gc_row_new(&gc_schema_status);
	json_t *context;

	gc_row_set_text(status, GC_STATUS_MODULE_VERSION, "1.0", 3);
	gc_row_set_u(status, GC_STATUS_LOAD_ID, 0xbd9cd8b28457846fULL);
	gc_row_set_u(status, GC_STATUS_TSC_KHZ, 2596096);
	context = gc_context_take("periodic", &identity, status);
	tap_case(tap, !strcmp(text_of(context, "load_id"), "0xbd9cd8b28457846f") &&
		 !strcmp(text_of(context, "module_version"), "1.0") &&
		 json_integer_value(json_object_get(context, "tsc_khz")) == 2596096,
		 "the module says which load it is");
	json_decref(context);
	gc_row_free(status);
}

int main(void)
{
	struct tap tap = { 0 };

	test_machine(&tap);
	test_module(&tap);

	return tap_end(&tap);
}
