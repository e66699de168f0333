// SPDX-License-Identifier: GPL-2.0-only
/* Which clocksource suits this guest, by one table of rules, and why. */
#include "clock_advice.h"

#include <stdio.h>
#include <string.h>

#include "array.h"

/* The clocksources that are judged here, with the ratings that all kernels since 6.1 give. */
static const struct {
	const char *name;
	int rating;
} known[] = {
	{ "tsc", 300 }, { "tsc-early", 299 }, { "hpet", 250 }, { "acpi_pm", 200 },
	{ "refined-jiffies", 2 }, { "jiffies", 1 },
	/* One of two, as the order tells. */
	{ "kvm-clock", 0 },
};

static bool is_name(const char *name, size_t len, const char *other)
{
	return strlen(other) == len && !strncmp(name, other, len);
}

static bool is_known(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (is_name(name, len, known[i].name))
			return true;
	}
	return false;
}

/**
 * gc_clock_has() - Whether a list of clocksources has one.
 * @list: names separated by blanks
 * @name: the one
 *
 * Return: true when it does.
 */
bool gc_clock_has(const char *list, const char *name)
{
	size_t len, wanted = strlen(name);

	for (; *list; list += len) {
		list += strspn(list, " ");
		len = strcspn(list, " ");
		if (len && len == wanted && !strncmp(list, name, len))
			return true;
	}
	return false;
}

static bool has_kvmclock(const struct gc_clock_evidence *evidence)
{
	return gc_clock_has(evidence->available, "kvm-clock");
}

static bool is_stable_kvmclock(const struct gc_clock_evidence *evidence)
{
	return has_kvmclock(evidence) && evidence->pages &&
	       evidence->pages == evidence->stable_pages;
}

static bool lists_tsc(const struct gc_clock_evidence *evidence)
{
	return gc_clock_has(evidence->available, "tsc") && !evidence->tsc_marked;
}

static bool has_tsc(const struct gc_clock_evidence *evidence)
{
	return lists_tsc(evidence) && !evidence->tsc_skewed && !evidence->tsc_odd;
}

static bool is_invariant(const struct gc_clock_evidence *evidence)
{
	return evidence->cpu.constant_tsc && evidence->cpu.nonstop_tsc;
}

static bool is_marked_with_stable_kvmclock(const struct gc_clock_evidence *evidence)
{
	return evidence->tsc_marked && is_stable_kvmclock(evidence);
}

static bool is_marked_with_kvmclock(const struct gc_clock_evidence *evidence)
{
	return evidence->tsc_marked && has_kvmclock(evidence);
}

static bool is_skewed_with_kvmclock(const struct gc_clock_evidence *evidence)
{
	return evidence->tsc_skewed && has_kvmclock(evidence);
}

static bool is_odd_with_kvmclock(const struct gc_clock_evidence *evidence)
{
	return evidence->tsc_odd && has_kvmclock(evidence);
}

static bool is_skewed_with_hpet(const struct gc_clock_evidence *evidence)
{
	return evidence->tsc_skewed && gc_clock_has(evidence->available, "hpet");
}

static bool is_unstable_kvmclock(const struct gc_clock_evidence *evidence)
{
	return has_kvmclock(evidence) && evidence->stable_pages < evidence->pages;
}

static bool is_good_tsc(const struct gc_clock_evidence *evidence)
{
	return has_tsc(evidence) && is_invariant(evidence);
}

static bool wants_kvmclock_back(const struct gc_clock_evidence *evidence)
{
	return evidence->cpu.is_kvm && !has_kvmclock(evidence) && !is_good_tsc(evidence) &&
	       evidence->options->by[GC_CLOCK_FORCE_NO_KVMCLOCK];
}

static bool is_bare_tsc(const struct gc_clock_evidence *evidence)
{
	return has_tsc(evidence) && !evidence->cpu.is_kvm;
}

/* One that is not judged: the current one, else the best. The list begins with it. */
static size_t find_other(const struct gc_clock_evidence *evidence, const char **name)
{
	size_t len = strlen(evidence->current);

	*name = evidence->current;
	if (!gc_clock_has(evidence->available, *name) || is_known(*name, len)) {
		*name = evidence->available + strspn(evidence->available, " ");
		len = strcspn(*name, " ");
	}
	return is_known(*name, len) ? 0 : len;
}

static bool has_other(const struct gc_clock_evidence *evidence)
{
	const char *name;

	return find_other(evidence, &name);
}

static bool has_hpet(const struct gc_clock_evidence *evidence)
{
	return gc_clock_has(evidence->available, "hpet");
}

static bool has_acpi_pm(const struct gc_clock_evidence *evidence)
{
	return gc_clock_has(evidence->available, "acpi_pm");
}

/**
 * struct rule - When a clocksource is the right one.
 * @applies: whether the rule does
 * @name: the clocksource, NULL for that of find_other()
 * @reason: why
 */
struct rule {
	bool (*applies)(const struct gc_clock_evidence *evidence);
	const char *name;
	const char *reason;
};

/* The first rule that applies counts. */
static const struct rule rules[] = {
	{ is_skewed_with_kvmclock, "kvm-clock",
	  "the TSCs of the CPUs were measured to be apart, and each CPU's kvm-clock page makes"
	  " up for its own TSC" },
	{ is_odd_with_kvmclock, "kvm-clock",
	  "all clocks were compared, and the TSC is the odd one out, while kvm-clock agrees with"
	  " the others" },
	{ wants_kvmclock_back, "kvm-clock",
	  "there is no good TSC here, and the command line forbids the clock that KVM offers" },
	{ is_skewed_with_hpet, "hpet",
	  "the TSCs of the CPUs were measured to be apart, and there is no kvm-clock; all CPUs"
	  " read the same HPET, if slowly" },
	{ is_marked_with_stable_kvmclock, "kvm-clock",
	  "the kernel holds the TSC for unstable, and the host vouches for kvm-clock"
	  " (TSC_STABLE) on every CPU" },
	{ is_unstable_kvmclock, "kvm-clock",
	  "the host does not vouch for the TSC (TSC_STABLE is clear): only kvm-clock is"
	  " corrected by the host; reading it takes a system call then" },
	{ is_marked_with_kvmclock, "kvm-clock",
	  "the kernel holds the TSC for unstable" },
	{ is_good_tsc, "tsc",
	  "the TSC is invariant (constant_tsc, nonstop_tsc), the kernel has not marked it, and"
	  " it goes on while the hypervisor pauses the guest" },
	{ has_kvmclock, "kvm-clock",
	  "the CPU does not promise an invariant TSC: with another host its rate may change,"
	  " which kvm-clock follows" },
	{ has_other, NULL,
	  "there is no good TSC here, and it is the hypervisor's own or another that this program"
	  " does not judge" },
	{ is_bare_tsc, "tsc",
	  "there is no kvm-clock without KVM, and the kernel has not marked the TSC" },
	{ has_hpet, "hpet",
	  "neither a good TSC nor kvm-clock is to be had; each read leaves the guest, but the"
	  " HPET does not wrap as soon as acpi_pm" },
	{ has_acpi_pm, "acpi_pm",
	  "nothing better is to be had; each read leaves the guest" },
};

static void set_name(const struct gc_clock_evidence *evidence, const char *name,
		     struct gc_clock_advice *advice)
{
	size_t len = name ? strlen(name) : find_other(evidence, &name);

	snprintf(advice->name, sizeof(advice->name), "%.*s", (int)len, name);
}

static void print_action(const struct gc_clock_evidence *evidence,
			 struct gc_clock_advice *advice)
{
	const char *forbids = evidence->options->by[GC_CLOCK_FORCE_NO_KVMCLOCK];
	const char *forced = evidence->options->by[GC_CLOCK_FORCE_NAME];

	if (forced && !strcmp(evidence->options->name, advice->name))
		forced = NULL;
	if (!gc_clock_has(evidence->available, advice->name))
		snprintf(advice->action, sizeof(advice->action),
			 "take %.80s from the command line%s%.80s, and boot again",
			 forced ? forced : forbids, forced ? ", and also " : "",
			 forced ? forbids : "");
	else if (!strcmp(advice->name, evidence->current))
		snprintf(advice->action, sizeof(advice->action), "keep it: it is the current one");
	else if (forced)
		snprintf(advice->action, sizeof(advice->action),
			 "take %.80s from the command line, and write %s to current_clocksource in"
			 " sysfs", forced, advice->name);
	else
		snprintf(advice->action, sizeof(advice->action),
			 "write %s to current_clocksource in sysfs, and clocksource=%s on the command"
			 " line to keep it", advice->name, advice->name);
}

/**
 * gc_clock_advise() - Recommend a clocksource.
 * @evidence: what is known
 * @advice: filled
 */
void gc_clock_advise(const struct gc_clock_evidence *evidence, struct gc_clock_advice *advice)
{
	size_t i;

	memset(advice, 0, sizeof(*advice));
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (!rules[i].applies(evidence))
			continue;
		set_name(evidence, rules[i].name, advice);
		advice->reason = rules[i].reason;
		print_action(evidence, advice);
		return;
	}
	advice->reason = *evidence->available ?
			 "none of those that are there can be recommended" :
			 "no clocksource is known to be there; is sysfs mounted?";
}

static int known_rating(const struct gc_clock_evidence *evidence, const char *name, size_t len)
{
	const char *tsc;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].rating && is_name(name, len, known[i].name))
			return known[i].rating;
	}
	if (!is_name(name, len, "kvm-clock") || !lists_tsc(evidence))
		return 0;
	tsc = strstr(evidence->available, "tsc");
	return tsc < name ? 299 : 400;
}

/**
 * gc_clock_ratings() - The ratings of the available clocksources, as far as known.
 * @evidence: what is known
 * @current_rating: that of the current one
 * @buf: gets "NAME=RATING" for each that is known, separated by blanks
 * @size: size of @buf
 */
void gc_clock_ratings(const struct gc_clock_evidence *evidence, int current_rating,
		      char *buf, size_t size)
{
	const char *name;
	size_t len, at = 0;
	int rating, put;

	buf[0] = '\0';
	for (name = evidence->available; *name; name += len) {
		name += strspn(name, " ");
		len = strcspn(name, " ");
		if (evidence->tsc_marked && is_name(name, len, "tsc"))
			continue;
		rating = known_rating(evidence, name, len);
		if (is_name(name, len, evidence->current))
			rating = current_rating;
		if (!len || !rating)
			continue;
		put = snprintf(buf + at, size - at, "%s%.*s=%d", at ? " " : "", (int)len, name,
			       rating);
		if (put < 0 || (size_t)put >= size - at) {
			buf[at] = '\0';
			break;
		}
		at += put;
	}
}
