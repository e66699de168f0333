// SPDX-License-Identifier: GPL-2.0-only
/* Records of /dev/kmsg, and which of them are about clocks. */

#include <string.h>

#include "array.h"
#include "kmsg.h"
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
	tap_case(tap, gc_kmsg_parse("nonsense", 8, &line) && gc_kmsg_parse("", 0, &line),
		 "nonsense is none");
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
	test_filter(&tap);

	return tap_end(&tap);
}
