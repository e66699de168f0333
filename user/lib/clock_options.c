// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel's command line says about clocks, and what comes of it. */
#include "clock_options.h"

#include <stdio.h>
#include <string.h>

#include "array.h"
#include "smallfile.h"

#define NONE	GC_CLOCK_FORCES

/**
 * struct rule - What one option does.
 * @name: up to and with the '='; before a '*' what the word begins with; else the
 *   word, which a '=' and anything may follow
 * @value: the value that it is about, NULL for any; after a "^" what it begins with,
 *   after a "," what one of its parts between commas begins with
 * @effect: what it does
 * @force: what it decides, or NONE
 */
struct rule {
	const char *name;
	const char *value;
	const char *effect;
	enum gc_clock_force force;
};

/*
 * The first rule that fits counts. The kernel takes tsc= as one whole word. Of words that
 * take no value it looks at early ones up to a '=', and at the beginning of others.
 */
static const struct rule rules[] = {
	{ "clocksource=", NULL,
	  "the kernel prefers this clocksource as long as it has it and has not marked it",
	  GC_CLOCK_FORCE_NAME },
	{ "clock=", "pmtmr", "old form of clocksource=acpi_pm", GC_CLOCK_FORCE_NAME },
	{ "clock=", NULL, "old form of clocksource=", GC_CLOCK_FORCE_NAME },
	{ "clocksource_failover=", NULL,
	  "known to the kernel of RHEL 6 only; this kernel ignores it", NONE },
	{ "clocksource.", NULL, "a limit of the watchdog's test in 6.x kernels; 7.x has none",
	  NONE },
	{ "tsc=", "reliable", "the kernel trusts the TSC: its watchdog does not look at it",
	  GC_CLOCK_FORCE_UNVERIFIED },
	{ "tsc=", "nowatchdog", "the watchdog does not look at the TSC",
	  GC_CLOCK_FORCE_UNVERIFIED },
	{ "tsc=", "unstable", "the TSC is marked unstable at boot", GC_CLOCK_FORCE_NO_TSC },
	{ "tsc=", "watchdog", "in 7.x kernels the watchdog looks at the TSC even where it could be"
	  " trusted; in 6.12 it does not, and judges hpet and acpi_pm by a trusted TSC; 6.1 ignores"
	  " it", NONE },
	{ "tsc=", "recalibrate", "a TSC frequency that the CPU tells is checked once more;"
	  " 6.1 ignores it", NONE },
	{ "tsc=", "^noirqtime", "the TSC is not used to account interrupts", NONE },
	{ "tsc=", NULL, "not a value that a kernel knows, which takes one word after tsc=;"
	  " it is ignored", NONE },
	{ "notsc*", NULL, "the TSC is marked unstable at boot", GC_CLOCK_FORCE_NO_TSC },
	{ "tsc_early_khz=", NULL, "the TSC frequency at early boot is not measured", NONE },
	{ "no-kvmclock", NULL, "kvm-clock is not registered", GC_CLOCK_FORCE_NO_KVMCLOCK },
	{ "no-kvmclock-vsyscall", NULL, "reading kvm-clock takes a system call", NONE },
	{ "hpet=", ",disable", "the HPET is not used", GC_CLOCK_FORCE_NO_HPET },
	{ "hpet=", ",force", "the HPET is used even where the firmware hides it", NONE },
	{ "hpet=", ",verbose", "the kernel prints what it finds of the HPET", NONE },
	{ "hpet=", NULL, "not a value that the kernel knows; it is ignored", NONE },
	{ "nohpet*", NULL, "the HPET is not used", GC_CLOCK_FORCE_NO_HPET },
	{ "pmtmr=", NULL, "the port of acpi_pm, or 0 to be without it", NONE },
	{ "acpi_pm_good*", NULL, "acpi_pm is read once, not three times", NONE },
	{ "processor.max_cstate=", NULL, "limits the sleep states of the CPU; a TSC that stops"
	  " in deep ones goes on", NONE },
	{ "intel_idle.max_cstate=", NULL, "limits the sleep states of the CPU; a TSC that stops"
	  " in deep ones goes on", NONE },
	{ "idle=", NULL, "decides whether an idle CPU sleeps, and with it a TSC that is not"
	  " nonstop", NONE },
	{ "highres=", NULL, "decides about timers between ticks, and which clocksources serve",
	  NONE },
	{ "nohz=", NULL, "decides whether an idle CPU keeps its tick", NONE },
};

/* As the kernel compares names: '-' and '_' are the same. */
static bool is_same(const char *one, const char *other, size_t len)
{
	char a, b;

	for (; len--; one++, other++) {
		a = *one == '_' ? '-' : *one;
		b = *other == '_' ? '-' : *other;
		if (a != b)
			return false;
		if (!a)
			return true;
	}
	return true;
}

static bool begins_with(const char *text, const char *begin)
{
	size_t len = strlen(begin);

	return !strncmp(text, begin, len);
}

static bool has_value(const struct rule *rule, const char *value)
{
	const char *want = rule->value;

	if (!want)
		return true;
	if (*want == '^')
		return begins_with(value, want + 1);
	if (*want != ',')
		return !strcmp(value, want);
	for (; value; value = strchr(value, ',')) {
		value += *value == ',';
		if (begins_with(value, want + 1))
			return true;
	}
	return false;
}

/* What follows the name of a rule in a word, NULL where it has another name. */
static const char *skip_name(const struct rule *rule, const char *word)
{
	size_t len = strlen(rule->name);
	char last = rule->name[len - 1];

	if (last == '*')
		len--;
	if (!is_same(word, rule->name, len))
		return NULL;
	word += len;
	return strchr("=.*", last) || !*word || *word == '=' ? word : NULL;
}

static const struct rule *find_rule(const char *word)
{
	const char *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		value = skip_name(&rules[i], word);
		if (value && has_value(&rules[i], value))
			return &rules[i];
	}
	return NULL;
}

/* The kernel keeps one name, that of the last word. */
static void override(struct gc_clock_options *options, const char *earlier)
{
	size_t i;

	for (i = 0; i < options->count; i++) {
		if (options->option[i].word == earlier)
			options->option[i].effect = "overridden by a later clocksource= or clock=";
	}
}

static void take(struct gc_clock_options *options, const char *word)
{
	const struct rule *rule = find_rule(word);
	const char *value;

	if (!rule)
		return;
	if (options->count == GC_CLOCK_OPTIONS_MAX) {
		options->cut = true;
		return;
	}
	options->option[options->count++] = (struct gc_clock_option) { word, rule->effect };
	if (rule->force == NONE)
		return;
	if (rule->force == GC_CLOCK_FORCE_NAME && options->by[rule->force])
		override(options, options->by[rule->force]);
	/* What comes last counts for the kernel, too. */
	options->by[rule->force] = word;
	if (rule->force != GC_CLOCK_FORCE_NAME)
		return;
	value = rule->value ? "acpi_pm" : strchr(word, '=') + 1;
	snprintf(options->name, sizeof(options->name), "%s", value);
}

/* The next word, without the quotes that blanks in it need; NULL at the end. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t\n"), *to, *from;
	bool quoted = false;

	if (!*word)
		return NULL;
	for (to = from = word; *from && (quoted || !strchr(" \t\n", *from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

/**
 * gc_clock_options_parse() - Find the options about clocks in a command line.
 * @options: filled
 * @cmdline: the command line
 *
 * What follows "--" is for init, not for the kernel.
 */
void gc_clock_options_parse(struct gc_clock_options *options, const char *cmdline)
{
	char *rest = options->text, *word;

	memset(options, 0, sizeof(*options));
	snprintf(options->text, sizeof(options->text), "%s", cmdline);
	while ((word = next_word(&rest)) && strcmp(word, "--"))
		take(options, word);
}

/**
 * gc_clock_options_read() - The same in the command line of this kernel.
 * @options: filled, in any case
 *
 * Return: 0, or a negative errno.
 */
int gc_clock_options_read(struct gc_clock_options *options)
{
	char cmdline[sizeof(options->text)];
	int ret = gc_smallfile_read("/proc/cmdline", cmdline, sizeof(cmdline));

	gc_clock_options_parse(options, cmdline);
	return ret;
}
