// SPDX-License-Identifier: GPL-2.0-only
/* Records of /dev/kmsg, and which of them are about clocks. */

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "clock.h"
#include "kernel_lines.h"
#include "tap.h"

static bool parses(const char *record, uint64_t seq, uint64_t usec, unsigned int priority,
		   const char *text)
{
	struct gc_kmsg_line line;

	return !gc_kmsg_parse(record, strlen(record), &line) && line.seq == seq &&
	       line.usec == usec && line.priority == priority && !strcmp(line.text, text);
}

static void test_parse(struct tap *tap)
{
	struct gc_kmsg_line line;

	tap_case(tap, parses("4,371,17270531,-;clocksource: Marking clocksource tsc unstable\n",
			     371, 17270531, 4, "clocksource: Marking clocksource tsc unstable"),
		 "a record of the kernel");
	tap_case(tap, parses("30,5,6,c,caller=T1;user; text\n SUBSYSTEM=x\n DEVICE=y\n",
			     5, 6, 6, "user; text"),
		 "a record with a facility, a caller and continuation keys");
	tap_case(tap, parses("6,1,2,-;", 1, 2, 6, ""), "an empty record");
	tap_case(tap, parses("6,1,2,-;tsc\xea\x1b[31m\t!", 1, 2, 6, "tsc\\xea\\x1b[31m\\x09!"),
		 "bytes that the kernel would have escaped are");
	tap_case(tap, gc_kmsg_parse("nonsense", 8, &line) && gc_kmsg_parse("", 0, &line),
		 "nonsense is none");
}

/* A text of any length is cut, and a time of any size is not after now. */
static void test_extremes(struct tap *tap)
{
	static const struct gc_identity identity = { "m", "b" };
	struct gc_kmsg_line line;
	char record[4096] = "6,1,9223372036854775807,-;";
	const char *time;
	json_t *json;

	memset(record + strlen(record), 0xea, 3000);
	tap_case(tap, !gc_kmsg_parse(record, strlen(record), &line) &&
		 strlen(line.text) == 1020 && !strcmp(line.text + 1016, "\\xea"),
		 "a long text is cut between its characters");
	json = gc_kernel_line_to_json(&line, false, &identity);
	time = json_string_value(json_object_get(json, "boottime_ns"));
	tap_case(tap, time && strtoll(time, NULL, 10) > 0 &&
		 strtoll(time, NULL, 10) <= gc_clock_ns(CLOCK_BOOTTIME),
		 "a line of the far future is placed at now");
	json_decref(json);
}

static int64_t boottime_of(const struct gc_kmsg_line *line, bool live)
{
	static const struct gc_identity identity = { "m", "b" };
	json_t *json = gc_kernel_line_to_json(line, live, &identity);
	const char *time = json_string_value(json_object_get(json, "boottime_ns"));
	int64_t result = time ? strtoll(time, NULL, 10) : -1;

	json_decref(json);
	return result;
}

static void test_times(struct tap *tap)
{
	int64_t monotonic = gc_clock_ns(CLOCK_MONOTONIC), boottime = gc_clock_ns(CLOCK_BOOTTIME);
	struct gc_kmsg_line line = { .usec = monotonic / 2000 };
	int64_t written = line.usec * 1000;
	int64_t old = boottime_of(&line, false), live = boottime_of(&line, true);
	int64_t later = gc_clock_ns(CLOCK_MONOTONIC), end = gc_clock_ns(CLOCK_BOOTTIME);

	tap_case(tap, old >= boottime - (later - written) && old <= end - (monotonic - written),
		 "a line that was there before is placed as long ago as its log's clock says");
	tap_case(tap, live >= boottime && live <= end,
		 "a line that is read as soon as it is there is placed at now");
}

/* The kernel's watchdog has a line of its own in every era. */
static void test_watchdog(struct tap *tap)
{
	static const char *const eras[] = {
		/* 2.6 to 4.0 */
		"Clocksource tsc unstable (delta = -95170507948 ns)",
		"Clocksource tsc unstable (delta = 125002555 ns).  Enable clocksource failover by"
		" adding clocksource_failover kernel parameter.",
		"Marking TSC unstable due to check_tsc_sync_source failed",
		"Override clocksource tsc is not HRT compatible. Cannot switch while in HRT/NOHZ"
		" mode",
		"PM-Timer failed consistency check  (0xffffff) - aborting.",
		"hrtimer: interrupt took 11082175 ns",
		/* to 5.x */
		"clocksource: timekeeping watchdog: Marking clocksource 'tsc' as unstable because"
		" the skew is too large:",
		"clocksource:                       'acpi_pm' wd_now: f4b7d wd_last: 6c50c5 mask:"
		" ffffff",
		"TSC found unstable after boot, most likely due to broken BIOS. Use"
		" 'tsc=unstable'.",
		"sched_clock: Marking unstable (8996101633485, 42749061)<-(8996259532949,"
		" -115136521)",
		/* 6.x */
		"clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable"
		" because the skew is too large:",
		"clocksource:                       'xyz' wd_nsec: 511744029 wd_now: 1 wd_last: 0"
		" mask: ffffffff",
		"clocksource:                       No current clocksource.",
		"clocksource: timekeeping watchdog on CPU3: xyz retried 2 times before success",
		"clocksource: timekeeping watchdog on CPU3: xyz wd-wd read-back delay of 66000ns",
		"clocksource: wd-xyz-wd read-back delay of 120000ns, clock-skew test skipped!",
		"clocksource: timekeeping watchdog on CPU0: xyz read-back delay of 130000ns,"
		" attempt 4, marking unstable",
		"clocksource: timekeeping watchdog on CPU0: wd-xyz-wd excessive read-back delay of"
		" 700000ns vs. limit of 250000ns, wd-wd read-back delay only 3000ns, attempt 3,"
		" marking xyz unstable",
		"clocksource: Clocksource 'xyz' skewed 1300000000 ns (1300 ms) over watchdog 'abc'"
		" interval of 511744029 ns (511 ms)",
		"clocksource: Long readout interval, skipping watchdog check: cs_nsec: 1667333459"
		" wd_nsec: 511744029",
		"clocksource: Checking clocksource xyz synchronization from CPU 0 to CPUs 1-3.",
		"clocksource:         CPUs 1-3 ahead of CPU 0 for clocksource xyz.",
		"tsc: Marking TSC unstable due to clocksource watchdog",
		/* 7.x */
		"clocksource: Marking clocksource xyz unstable due to frequency skew",
		"clocksource: Watchdog                abc interval:        511860723ns",
		"clocksource: Clocksource             xyz interval:       3463955244ns",
		"clocksource: Marking clocksource xyz unstable due to inter CPU skew",
		"clocksource: CPU0       1000000000 < CPU1       1000000400 (cycles)",
		"clocksource: Watchdog abc read timed out. Readout sequence took: 66000ns",
		"clocksource: Watchdog remote CPU 1 read timed out",
		"clocksource: Switched to clocksource xyz",
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eras); i++) {
		if (gc_kmsg_is_about_clocks(eras[i]))
			continue;
		printf("# not kept: %s\n", eras[i]);
		good = false;
	}
	tap_case(tap, good, "what the watchdog says in every era is kept");
}

static void test_filter(struct tap *tap)
{
	static const char *const wanted[] = {
		"clocksource: Switched to clocksource hpet",
		"tsc: Marking TSC unstable due to clocksource watchdog",
		"[Firmware Bug]: TSC ADJUST differs: CPU1 0 --> 1000000. Restoring",
		"TSC_ADJUST: hm", "kvm-clock: Using msrs 4b564d01 and 4b564d00",
		"hpet0: at MMIO 0xfed00000", "watchdog: BUG: soft lockup - CPU#1 stuck for 22s!",
		"smpboot: CPU 1 is now offline", "PM: suspend entry (s2idle)",
		"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
	};
	static const char *const unwanted[] = {
		"usb 1-1: new device", "hpetition", "etsch: tscan", "ext4: installed",
		"PM: hibernation: Registered nosave memory", "portcls: hello",
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (gc_kmsg_is_about_clocks(wanted[i]))
			continue;
		printf("# not kept: %s\n", wanted[i]);
		good = false;
	}
	tap_case(tap, good, "lines about clocks are kept");
	good = true;
	for (i = 0; i < ARRAY_SIZE(unwanted); i++) {
		if (!gc_kmsg_is_about_clocks(unwanted[i]))
			continue;
		printf("# kept: %s\n", unwanted[i]);
		good = false;
	}
	tap_case(tap, good, "others are not");
}

int main(void)
{
	struct tap tap = { 0 };

	test_parse(&tap);
	test_extremes(&tap);
	test_times(&tap);
	test_watchdog(&tap);
	test_filter(&tap);

	return tap_end(&tap);
}
