// SPDX-License-Identifier: GPL-2.0-only
/* Command lines, and what they say about clocks. */

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "clock_options.h"
#include "tap.h"

static struct gc_clock_options options;

/* Whether the words about clocks are @want, joined by '|'. */
static bool finds(const char *cmdline, const char *want)
{
	char got[512] = "";
	size_t i;

	gc_clock_options_parse(&options, cmdline);
	for (i = 0; i < options.count; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, options.option[i].word);
	}
	if (!strcmp(got, want))
		return true;
	printf("# got '%s', want '%s'\n", got, want);
	return false;
}

static const char *effect_of(const char *cmdline)
{
	gc_clock_options_parse(&options, cmdline);
	return options.count == 1 ? options.option[0].effect : "";
}

static void test_words(struct tap *tap)
{
	tap_case(tap, finds("BOOT_IMAGE=/boot/vmlinuz-6.1.0-56-cloud-amd64 root=PARTUUID=1-2 ro "
			    "console=ttyS0,115200 tsc=reliable clocksource=tsc",
			    "tsc=reliable|clocksource=tsc"), "the line of a cloud guest");
	tap_case(tap, finds("clocksource=hpet tsc=unstable no-kvmclock no-kvmclock-vsyscall notsc "
			    "hpet=disable nohpet processor.max_cstate=1 clocksource_failover=hpet",
			    "clocksource=hpet|tsc=unstable|no-kvmclock|no-kvmclock-vsyscall|notsc|"
			    "hpet=disable|nohpet|processor.max_cstate=1|clocksource_failover=hpet"),
		 "every option that decides about the clocksource");
	tap_case(tap, finds("no_kvmclock processor.max-cstate=1",
			    "no_kvmclock|processor.max-cstate=1"),
		 "'-' and '_' are the same to the kernel");
	tap_case(tap, finds("no-kvmclock=1 no_kvmclock_vsyscall=0 notsc=1 notsc2 nohpet=y",
			    "no-kvmclock=1|no_kvmclock_vsyscall=0|notsc=1|notsc2|nohpet=y"),
		 "what follows a word that takes no value is nothing to the kernel");
	tap_case(tap, finds("quiet root=/dev/tsc nottsc no-kvmclock2 xclocksource=tsc tsc no-hpet",
			    ""),
		 "words that only look alike are none");
	tap_case(tap, finds("tsc=reliable -- clocksource=hpet", "tsc=reliable"),
		 "what is for init is none");
	tap_case(tap, finds("foo=\"a clocksource=hpet b\" \"clocksource=tsc\"", "clocksource=tsc"),
		 "quotes hold words together");
	tap_case(tap, finds("", "") && finds("   ", "") && finds("\"", ""), "next to nothing");
}

static void test_effects(struct tap *tap)
{
	static const char *const forces[][2] = {
		[GC_CLOCK_FORCE_NAME] = { "clocksource=tsc", "clocksource=hpet" },
		[GC_CLOCK_FORCE_NO_TSC] = { "notsc", "tsc=unstable" },
		[GC_CLOCK_FORCE_NO_KVMCLOCK] = { "no_kvmclock", "no-kvmclock=1" },
		[GC_CLOCK_FORCE_NO_HPET] = { "nohpet", "hpet=verbose,disable" },
		[GC_CLOCK_FORCE_UNVERIFIED] = { "tsc=reliable", "tsc=nowatchdog" },
	};
	bool good = true;
	char line[128];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(forces); i++) {
		snprintf(line, sizeof(line), "%s %s", forces[i][0], forces[i][1]);
		gc_clock_options_parse(&options, line);
		for (j = 0; j < GC_CLOCK_FORCES; j++)
			good &= i == j ? options.by[j] && !strcmp(options.by[j], forces[i][1]) :
				!options.by[j];
		if (!good)
			printf("# %s\n", line);
	}
	tap_case(tap, good, "each forces what it is for; the last one counts");
	tap_case(tap, strstr(effect_of("clocksource_failover=hpet"), "RHEL 6") &&
		 !options.by[GC_CLOCK_FORCE_NAME], "the option of RHEL 6 forces nothing today");
	tap_case(tap, strstr(effect_of("tsc=reliable,nowatchdog"), "ignored") &&
		 !options.by[GC_CLOCK_FORCE_UNVERIFIED], "tsc= takes one word");
	tap_case(tap, strstr(effect_of("tsc=watchdog"), "in 7.x kernels") &&
		 strstr(effect_of("tsc=watchdog"), "judges hpet and acpi_pm by a trusted TSC") &&
		 strstr(effect_of("tsc=watchdog"), "6.1 ignores it") &&
		 !options.by[GC_CLOCK_FORCE_UNVERIFIED],
		 "tsc=watchdog is told as each kernel takes it");
	tap_case(tap, strstr(effect_of("hpet=maybe"), "ignored"), "hpet= takes certain words");
	gc_clock_options_parse(&options, "clocksource=tsc clock=pmtmr");
	tap_case(tap, !strcmp(options.name, "acpi_pm"), "clock=pmtmr is clocksource=acpi_pm");
	gc_clock_options_parse(&options, "clocksource=tsc notsc clocksource=xen clocksource=hpet");
	tap_case(tap, strstr(options.option[0].effect, "overridden by a later") &&
		 strstr(options.option[1].effect, "marked unstable") &&
		 strstr(options.option[2].effect, "overridden by a later") &&
		 strstr(options.option[3].effect, "prefers"), "only the last name is preferred");
	gc_clock_options_parse(&options, "clocksource=a_name_that_is_longer_than_the_kernel_keeps");
	tap_case(tap, strlen(options.name) == 31, "a long name is cut where the kernel cuts it");
}

static void test_many(struct tap *tap)
{
	char line[8192] = "";
	size_t i;

	for (i = 0; i < GC_CLOCK_OPTIONS_MAX; i++)
		strcat(line, "notsc ");
	gc_clock_options_parse(&options, line);
	tap_case(tap, options.count == GC_CLOCK_OPTIONS_MAX && !options.cut, "as many as fit");
	strcat(line, "nohpet");
	gc_clock_options_parse(&options, line);
	tap_case(tap, options.count == GC_CLOCK_OPTIONS_MAX && options.cut, "one more is told");
	memset(line, 'x', sizeof(line) - 1);
	gc_clock_options_parse(&options, line);
	tap_case(tap, !options.count, "a line longer than any kernel's");
}

int main(void)
{
	struct tap tap = { 0 };

	test_words(&tap);
	test_effects(&tap);
	test_many(&tap);

	return tap_end(&tap);
}
