// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which rounds of the kernel's watchdog are events: the odd ones, and few others.
 */

#include <linux/string.h>

#include "event.h"
#include "tap.h"
#include "watchdog_notable.h"

#define MS	1000000LL
#define PERIOD	(500 * MS)

static u64 now_ns;
static bool trouble;

static bool told_of(enum guestclock_watchdog_result result, const char *clocksource,
		    const char *reference, s64 lateness_ns, s64 late_by_tsc_ns,
		    unsigned int position)
{
	struct guestclock_round_evidence evidence = {
		.result = result,
		.lateness_ns = lateness_ns,
	};

	strscpy(evidence.clocksource, clocksource, sizeof(evidence.clocksource));
	strscpy(evidence.reference, reference, sizeof(evidence.reference));
	if (!position)
		now_ns += PERIOD;

	return guestclock_notable(&evidence,
				  lateness_ns > late_by_tsc_ns ? lateness_ns : late_by_tsc_ns,
				  position, now_ns, &trouble);
}

static bool told(enum guestclock_watchdog_result result)
{
	bool named = result != GUESTCLOCK_WATCHDOG_RESULT_RESET &&
		     result != GUESTCLOCK_WATCHDOG_RESULT_SKIPPED &&
		     result != GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT;

	return told_of(result, named ? "tsc" : "", "kvm-clock", 0, 0, 0);
}

static bool told_late(s64 lateness_ns, s64 late_by_tsc_ns)
{
	return told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "tsc", "kvm-clock", lateness_ns,
		       late_by_tsc_ns, 0);
}

/* How many of a day's rounds are events when each passes. */
static unsigned int told_in_a_day(void)
{
	unsigned int round, count = 0;

	for (round = 0; round < 172800; round++)
		count += told(GUESTCLOCK_WATCHDOG_RESULT_PASSED);

	return count;
}

static void begin(bool all)
{
	now_ns = 1000 * PERIOD;
	guestclock_notable_init(100, all);
}

static void test_ordinary(struct tap *tap)
{
	begin(false);
	tap_case(tap, told_in_a_day() == 1, "one event in a day where every round passes");
	tap_case(tap, !trouble, "which is no trouble");
	tap_case(tap, told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "tsc", "hpet", 0, 0, 0) &&
		 !told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "tsc", "hpet", 0, 0, 0),
		 "another reference is one");
	tap_case(tap, told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "canary", "hpet", 0, 0, 0),
		 "another clocksource, too");

	begin(true);
	tap_case(tap, told_in_a_day() == 172800, "all are, where all are asked for");

	begin(false);
	told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "tsc", "hpet", 0, 0, 0);
	told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "canary", "hpet", 0, 0, 1);
	tap_case(tap, !told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "tsc", "hpet", 0, 0, 0) &&
		 !told_of(GUESTCLOCK_WATCHDOG_RESULT_PASSED, "canary", "hpet", 0, 0, 1),
		 "two clocksources in a round are not each other's news");
}

static void test_results(struct tap *tap)
{
	unsigned int round, count = 0, troubles = 0;

	begin(false);
	told(GUESTCLOCK_WATCHDOG_RESULT_PASSED);
	for (round = 0; round < 1000; round++) {
		count += told(GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT);
		troubles += trouble;
	}
	tap_case(tap, count == 1 && troubles == 1,
		 "a reference that is always slow is one event, and one incident");
	tap_case(tap, told(GUESTCLOCK_WATCHDOG_RESULT_PASSED) && !trouble,
		 "its end is another");
	tap_case(tap, told(GUESTCLOCK_WATCHDOG_RESULT_RESET) && !trouble &&
		 told(GUESTCLOCK_WATCHDOG_RESULT_PASSED), "a reset is told of, and no incident");
	tap_case(tap, told(GUESTCLOCK_WATCHDOG_RESULT_SKIPPED) && trouble,
		 "a pause of the watchdog is an incident");
	count = 0;
	troubles = 0;
	for (round = 0; round < 3; round++) {
		count += told(GUESTCLOCK_WATCHDOG_RESULT_SKEWED);
		troubles += trouble;
	}
	tap_case(tap, count == 3 && troubles == 3, "every mark is an event and an incident");
}

static void test_late(struct tap *tap)
{
	unsigned int round, count = 0;

	begin(false);
	told_late(0, 0);
	tap_case(tap, !told_late(100 * MS, 0) && told_late(101 * MS, 0) && !trouble,
		 "a round later than the threshold");
	tap_case(tap, !told_late(150 * MS, 0) && told_late(250 * MS, 0),
		 "soon after that, one that is twice as late");
	for (round = 0; round < 7200; round++)
		count += told_late(200 * MS, 0);
	tap_case(tap, count >= 300 && count <= 400,
		 "in an hour of late rounds, one event in ten seconds");

	begin(false);
	told_late(0, 0);
	tap_case(tap, told_late(0, 7000 * MS), "late by the TSC alone, as after a pause");
	tap_case(tap, guestclock_notable_late(101 * MS) && !guestclock_notable_late(-101 * MS),
		 "early is not late");
	/* Half a second; 300.5 s come up to 16.4 s late at 250 Hz, 32.8 s at 1000 Hz. */
	tap_case(tap, !guestclock_timer_slack_ns(500 * MS), "half a second has no slack");
	tap_case(tap, guestclock_timer_slack_ns(300500 * MS) >= 32800 * MS &&
		 guestclock_timer_slack_ns(300500 * MS) < 40000 * MS,
		 "five minutes have what the timer wheel takes");
}

int main(void)
{
	struct tap tap = { 0 };

	test_ordinary(&tap);
	test_results(&tap);
	test_late(&tap);

	return tap_end(&tap);
}
