// SPDX-License-Identifier: GPL-2.0-only
/* Which clocksource is recommended, on guests as they are found. */

#include <linux/guestclock.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "array.h"
#include "clock_advice.h"
#include "clock_read.h"
#include "schema.h"
#include "tap.h"
#include "tsc_apart.h"

#define CLOUD_FLAGS "flags\t\t: fpu vme constant_tsc nonstop_tsc tsc_known_freq tsc_adjust hypervisor\n"
#define PLAIN_FLAGS "flags\t\t: fpu tsc tsc_known_freq tsc_adjust hypervisor\n"
#define INVARIANT { .known = true, .is_kvm = true, .constant_tsc = true, .nonstop_tsc = true }
#define VARIANT { .known = true, .is_kvm = true }
#define FOREIGN { .known = true }

static const struct guest {
	const char *name;
	struct gc_cpu_facts cpu;
	const char *cmdline;
	const char *available;
	const char *current;
	unsigned int marked;
	enum { SOUND, SKEWED, ODD } tsc;
	unsigned int pages;
	unsigned int stable;
	const char *recommended;
	const char *reason;
	const char *action;
} guests[] = {
	{ "a trusted TSC", INVARIANT, "", "tsc kvm-clock hpet acpi_pm", "tsc",
	  false, SOUND, 2, 2, "tsc", "invariant", "keep it" },
	{ "a trusted TSC that is not used", INVARIANT, "clocksource=hpet",
	  "tsc kvm-clock hpet acpi_pm", "hpet", false, SOUND, 2, 2, "tsc", "invariant",
	  "take clocksource=hpet from" },
	{ "a good host without an invariant TSC", VARIANT, "", "kvm-clock tsc hpet acpi_pm",
	  "kvm-clock", false, SOUND, 2, 2, "kvm-clock", "does not promise", "keep it" },
	{ "a TSC that was chosen there", VARIANT, "", "kvm-clock tsc hpet acpi_pm", "tsc",
	  false, SOUND, 2, 2, "kvm-clock", "does not promise", "write kvm-clock to" },
	{ "a marked TSC", INVARIANT, "", "kvm-clock hpet acpi_pm", "hpet", true, SOUND, 2, 2,
	  "kvm-clock", "vouches", "clocksource=kvm-clock on the command line" },
	{ "a marked TSC and pages nobody read", INVARIANT, "", "kvm-clock hpet", "kvm-clock",
	  true, SOUND, 0, 0, "kvm-clock", "holds the TSC for unstable", "keep it" },
	{ "a skewed TSC that the kernel trusts", INVARIANT, "", "tsc kvm-clock hpet", "tsc",
	  false, SKEWED, 2, 2, "kvm-clock", "measured to be apart", "write kvm-clock to" },
	{ "the same without kvm-clock", INVARIANT, "", "tsc hpet", "tsc", false, SKEWED, 0, 0,
	  "hpet", "measured to be apart", "write hpet to" },
	{ "without either, and bound to stay so", INVARIANT, "nohpet", "tsc acpi_pm", "tsc", false,
	  SKEWED, 0, 0, "acpi_pm", "nothing better", "write acpi_pm to" },
	{ "with nothing else at all", INVARIANT, "", "tsc", "tsc", false, SKEWED, 0, 0, "",
	  "none of those", "" },
	{ "without kvm-clock by the command line", INVARIANT, "no-kvmclock nohpet", "tsc acpi_pm",
	  "tsc", false, SKEWED, 0, 0, "kvm-clock", "forbids",
	  "take no-kvmclock from the command line" },
	{ "so, with an hpet that is forced", INVARIANT, "no-kvmclock clocksource=hpet",
	  "tsc hpet acpi_pm", "hpet", false, SKEWED, 0, 0, "kvm-clock", "forbids",
	  "take clocksource=hpet from the command line, and also no-kvmclock, and boot" },
	{ "a TSC that is the odd one out", INVARIANT, "", "tsc kvm-clock hpet", "tsc", false, ODD,
	  2, 2, "kvm-clock", "odd one out", "write kvm-clock to" },
	{ "a bad host", INVARIANT, "", "tsc kvm-clock hpet acpi_pm", "tsc", false, SOUND, 2, 0,
	  "kvm-clock", "does not vouch", "write kvm-clock to" },
	{ "one page of two without TSC_STABLE", INVARIANT, "", "tsc kvm-clock", "kvm-clock",
	  false, SOUND, 2, 1, "kvm-clock", "does not vouch", "keep it" },
	{ "kvm-clock forbidden", VARIANT, "no-kvmclock", "hpet acpi_pm", "hpet", true, SOUND,
	  0, 0, "kvm-clock", "forbids", "take no-kvmclock from the command line" },
	{ "kvm-clock forbidden, but a good TSC", INVARIANT, "no-kvmclock", "tsc hpet acpi_pm",
	  "tsc", false, SOUND, 0, 0, "tsc", "invariant", "keep it" },
	{ "no KVM", FOREIGN, "", "tsc hpet acpi_pm", "hpet", false, SOUND, 0, 0,
	  "tsc", "without KVM", "write tsc to" },
	{ "no KVM and a marked TSC", FOREIGN, "", "hpet acpi_pm", "hpet", true, SOUND,
	  0, 0, "hpet", "neither", "keep it" },
	{ "nothing but acpi_pm", FOREIGN, "nohpet", "acpi_pm", "acpi_pm", true, SOUND,
	  0, 0, "acpi_pm", "nothing better", "keep it" },
	{ "no sysfs", INVARIANT, "", "", "tsc", false, SOUND, 2, 2, "", "sysfs", "" },
	{ "no sysfs on Xen", FOREIGN, "", "", "xen", false, SOUND, 0, 0, "", "sysfs", "" },
	{ "Hyper-V, and a TSC that the kernel marks there", FOREIGN, "",
	  "hyperv_clocksource_tsc_page acpi_pm", "hyperv_clocksource_tsc_page", true, SOUND, 0, 0,
	  "hyperv_clocksource_tsc_page", "does not judge", "keep it" },
	{ "the same with no other clocksource", FOREIGN, "", "hyperv_clocksource_msr",
	  "hyperv_clocksource_msr", true, SOUND, 0, 0, "hyperv_clocksource_msr", "hypervisor",
	  "keep it" },
	{ "its clock is there, but another was chosen", FOREIGN, "clocksource=acpi_pm",
	  "hyperv_clocksource_tsc_page hyperv_clocksource_msr acpi_pm", "acpi_pm", true, SOUND,
	  0, 0, "hyperv_clocksource_tsc_page", "hypervisor", "take clocksource=acpi_pm from" },
	{ "Xen without an invariant TSC", FOREIGN, "", "xen tsc hpet acpi_pm", "xen", false,
	  SOUND, 0, 0, "xen", "hypervisor", "keep it" },
	{ "Xen and a marked TSC", FOREIGN, "", "xen hpet acpi_pm", "xen", true, SOUND, 0, 0,
	  "xen", "hypervisor", "keep it" },
	{ "Xen with an invariant TSC", { .known = true, .constant_tsc = true, .nonstop_tsc = true },
	  "", "tsc xen hpet", "tsc", false, SOUND, 0, 0, "tsc", "invariant", "keep it" },
	{ "an unknown one that the kernel does not prefer", FOREIGN, "", "tsc hpet some_test",
	  "tsc", false, SOUND, 0, 0, "tsc", "without KVM", "keep it" },
	{ "a clocksource of the last resort", FOREIGN, "", "jiffies", "jiffies", true, SOUND, 0, 0,
	  "", "none of those", "" },
};

static struct gc_clock_options options;

static struct gc_clock_evidence evidence_of(const struct guest *guest)
{
	gc_clock_options_parse(&options, guest->cmdline);
	return (struct gc_clock_evidence) {
		.cpu = guest->cpu,
		.options = &options,
		.current = guest->current,
		.available = guest->available,
		.tsc_marked = guest->marked,
		.tsc_skewed = guest->tsc == SKEWED,
		.tsc_odd = guest->tsc == ODD,
		.pages = guest->pages,
		.stable_pages = guest->stable,
	};
}

static void test_guests(struct tap *tap)
{
	struct gc_clock_evidence evidence;
	struct gc_clock_advice advice;
	bool good;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(guests); i++) {
		evidence = evidence_of(&guests[i]);
		gc_clock_advise(&evidence, &advice);
		good = !strcmp(advice.name, guests[i].recommended) &&
		       strstr(advice.reason, guests[i].reason) &&
		       strstr(advice.action, guests[i].action);
		if (!good)
			printf("# %s, because %s: %s\n", advice.name, advice.reason,
			       advice.action);
		tap_case(tap, good, guests[i].name);
	}
}

static bool rates(const char *available, const char *current, int rating, bool marked,
		  const char *want)
{
	struct gc_clock_evidence evidence = {
		.available = available, .current = current, .tsc_marked = marked,
	};
	char got[128];

	gc_clock_ratings(&evidence, rating, got, sizeof(got));
	if (!strcmp(got, want))
		return true;
	printf("# got '%s', want '%s'\n", got, want);
	return false;
}

static void test_ratings(struct tap *tap)
{
	struct gc_clock_evidence evidence = { .available = "hpet acpi_pm", .current = "hpet" };
	char small[12];

	tap_case(tap, rates("tsc kvm-clock hpet acpi_pm", "tsc", 300, false,
			    "tsc=300 kvm-clock=299 hpet=250 acpi_pm=200"),
		 "kvm-clock below the TSC");
	tap_case(tap, rates("kvm-clock tsc hpet acpi_pm", "tsc", 300, false,
			    "kvm-clock=400 tsc=300 hpet=250 acpi_pm=200"), "and above it");
	tap_case(tap, rates("kvm-clock hpet", "hpet", 250, true, "hpet=250"),
		 "without the TSC nothing tells which");
	tap_case(tap, rates("kvm-clock hpet", "kvm-clock", 299, true, "kvm-clock=299 hpet=250"),
		 "unless it is the current one");
	tap_case(tap, rates("kvm-clock tsc", "kvm-clock", 400, true, "kvm-clock=400"),
		 "a marked TSC has none");
	tap_case(tap, rates("xyz hpet", "hpet", 250, false, "hpet=250") &&
		 rates("xyz", "xyz", 42, false, "xyz=42") && rates("", "", 0, false, ""),
		 "one that nobody knows is rated when it is the current one");
	gc_clock_ratings(&evidence, 250, small, sizeof(small));
	tap_case(tap, !strcmp(small, "hpet=250"), "what does not fit is left out as a whole");
}

/* A measurement as the module tells it; @beyond is -1 for one that has no threshold. */
static bool is_apart(unsigned int state, int64_t offset_ns, uint64_t bound_ns, int beyond)
{
	struct gc_row *row = gc_row_new(&gc_schema_tsc);
	bool apart;

	gc_row_set_u(row, GC_TSC_STATE, state);
	if (state == GUESTCLOCK_TSC_STATE_OK) {
		gc_row_set_s(row, GC_TSC_OFFSET_NS, offset_ns);
		gc_row_set_u(row, GC_TSC_BOUND_NS, bound_ns);
	}
	if (beyond >= 0)
		gc_row_set_u(row, GC_TSC_BEYOND, beyond);
	apart = gc_tsc_is_apart(row);
	gc_row_free(row);
	return apart;
}

static void test_apart(struct tap *tap)
{
	const unsigned int ok = GUESTCLOCK_TSC_STATE_OK;

	tap_case(tap, is_apart(ok, 5, 100, 1) && !is_apart(ok, 5000000, 100, 0),
		 "a module with a threshold decides what is apart");
	tap_case(tap, !is_apart(ok, 24, 20, -1) && !is_apart(ok, -1100, 100, -1) &&
		 !is_apart(ok, 5000, 6000, -1),
		 "without one a TSC within a microsecond and the bound is not");
	tap_case(tap, is_apart(ok, 1101, 100, -1) && is_apart(ok, -1101, 100, -1) &&
		 is_apart(ok, INT64_MIN, 100, -1), "one beyond is");
	tap_case(tap, is_apart(GUESTCLOCK_TSC_STATE_INCONSISTENT, 0, 0, -1) &&
		 !is_apart(GUESTCLOCK_TSC_STATE_NO_ANSWER, 0, 0, -1),
		 "what no offset explains is apart, what was not measured is not");
}

static void parse(struct gc_cpu_facts *facts, const char *cpuinfo)
{
	FILE *from = fmemopen((void *)cpuinfo, strlen(cpuinfo), "r");

	memset(facts, 0, sizeof(*facts));
	gc_cpu_facts_parse(facts, from);
	fclose(from);
}

static void test_cpu(struct tap *tap)
{
	struct gc_cpu_facts facts;

	parse(&facts, "processor\t: 0\nmodel name\t: flags constant_tsc\n" CLOUD_FLAGS);
	tap_case(tap, facts.known && facts.constant_tsc && facts.nonstop_tsc &&
		 facts.tsc_adjust && facts.tsc_known_freq, "an invariant TSC");
	parse(&facts, "processor\t: 0\n" PLAIN_FLAGS "\nprocessor\t: 1\n" CLOUD_FLAGS);
	tap_case(tap, facts.known && !facts.constant_tsc && !facts.nonstop_tsc &&
		 facts.tsc_adjust, "one that is not; the first CPU counts");
	parse(&facts, "processor\t: 0\nmodel name\t: constant_tsc\n");
	tap_case(tap, !facts.known && !facts.constant_tsc, "a CPU that tells nothing");
}

/* Somebody who traces this program, or a container, may forbid it. */
static bool may_trace(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(!!ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* The first clock is none of the vDSO's, so it is known what there is to see. */
static void test_reading(struct tap *tap)
{
	struct gc_clock_read read;
	int err = gc_clock_read_watch(CLOCK_PROCESS_CPUTIME_ID, &read);

	printf("# watching: %s\n", err ? strerror(-err) : "works");
	tap_case(tap, may_trace() ? !err && read.reads && read.calls == read.reads :
		 err && !read.reads, "a clock that takes a system call is seen to take it");
	err = gc_clock_read_watch(CLOCK_MONOTONIC, &read);
	printf("# CLOCK_MONOTONIC: %u of %u reads entered the kernel\n", read.calls, read.reads);
	tap_case(tap, err ? !read.reads : read.calls <= read.reads,
		 "of another one so many calls are seen as there can be");
}

int main(void)
{
	struct tap tap = { 0 };

	test_guests(&tap);
	test_ratings(&tap);
	test_apart(&tap);
	test_cpu(&tap);
	test_reading(&tap);

	return tap_end(&tap);
}
