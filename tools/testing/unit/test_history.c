// SPDX-License-Identifier: GPL-2.0-only
/* What the machine looked like at a time, by the context rows of a recording. */

#include <string.h>

#include "report/history.h"
#include "tap.h"

#define MANY	50000UL

static struct gc_history history;

static void add(int64_t boottime_ns, const char *clocksource, const char *cpus)
{
	char text[24];
	json_t *row;

	snprintf(text, sizeof(text), "%ld", boottime_ns);
	row = json_pack("{s:s,s:s,s:s}", "boottime_ns", text, "clocksource", clocksource,
			"cpus_online", cpus);
	if (gc_history_add(&history, row))
		abort();
	json_decref(row);
}

static bool was(enum gc_fact fact, int64_t boottime_ns, const char *expected)
{
	const char *got = gc_history_at(&history, fact, boottime_ns);

	if (!strcmp(got ?: "nothing", expected))
		return true;
	printf("# at %ld: got %s, want %s\n", boottime_ns, got ?: "nothing", expected);
	return false;
}

static void begin(void)
{
	gc_history_free(&history);
	memset(&history, 0, sizeof(history));
}

int main(void)
{
	struct tap tap = { 0 };
	unsigned long i, good = 0;

	tap_case(&tap, was(GC_FACT_CLOCKSOURCE, 5, "nothing"), "without rows nothing is known");

	add(10, "", "0-1");
	add(20, "tsc", "0-3");
	add(30, "", "0");
	add(40, "hpet", "");
	tap_case(&tap, was(GC_FACT_CPUS_ONLINE, 20, "0-3") && was(GC_FACT_CPUS_ONLINE, 29, "0-3") &&
		 was(GC_FACT_CPUS_ONLINE, 30, "0"), "the last row before a time tells");
	tap_case(&tap, was(GC_FACT_CLOCKSOURCE, 39, "tsc") && was(GC_FACT_CPUS_ONLINE, 99, "0"),
		 "or the last one that has it");
	tap_case(&tap, was(GC_FACT_CPUS_ONLINE, 5, "0-1") && was(GC_FACT_CLOCKSOURCE, 5, "tsc") &&
		 was(GC_FACT_CLOCKSOURCE, 15, "tsc"), "or else the first one after it");

	begin();
	add(10, "tsc", "0");
	add(50, "hpet", "0");
	add(20, "acpi_pm", "0");
	add(60, "kvm-clock", "0");
	tap_case(&tap, was(GC_FACT_CLOCKSOURCE, 30, "tsc") &&
		 was(GC_FACT_CLOCKSOURCE, 55, "acpi_pm") &&
		 was(GC_FACT_CLOCKSOURCE, 60, "kvm-clock"),
		 "rows of a machine that was put back keep their place in the recording");

	begin();
	for (i = 0; i < MANY; i++)
		add(10 * i, i % 2 ? "odd" : "even", "0");
	for (i = 0; i < 4 * MANY; i++)
		good += was(GC_FACT_CLOCKSOURCE, 10 * (i % MANY) + 5, i % 2 ? "odd" : "even");
	tap_case(&tap, good == 4 * MANY, "many lookups in many rows take no time");
	begin();

	return tap_end(&tap);
}
