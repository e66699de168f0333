// SPDX-License-Identifier: GPL-2.0-only
/* What is known of all TSCs, and how they are swept, in words; for tsc and status. */
#include "tsc_show.h"

#include <inttypes.h>
#include <linux/guestclock.h>

#include "array.h"
#include "event_line.h"
#include "schema.h"

static int take_one(struct gc_row *row, void *arg)
{
	struct gc_row **where = arg;

	gc_row_free(*where);
	*where = row;
	return 0;
}

/**
 * gc_tsc_get_info() - Ask what is known of all TSCs.
 * @link: the link
 * @info: where the row goes, for gc_row_free(); NULL where the module has none
 *
 * Return: 0, or a negative error of libnl.
 */
int gc_tsc_get_info(struct gc_link *link, struct gc_row **info)
{
	*info = NULL;
	return gc_link_get_newer(link, GUESTCLOCK_CMD_TSC_INFO_GET, &gc_schema_tsc_info,
				 take_one, info);
}

/**
 * gc_tsc_get_sweep() - Ask how sweeps are set, and what they have cost.
 * @link: the link
 * @sweep: where the row goes, for gc_row_free(); NULL where the module has none
 *
 * Return: 0, or a negative error of libnl.
 */
int gc_tsc_get_sweep(struct gc_link *link, struct gc_row **sweep)
{
	*sweep = NULL;
	return gc_link_get_newer(link, GUESTCLOCK_CMD_TSC_SWEEP_GET, &gc_schema_tsc_sweep,
				 take_one, sweep);
}

static bool is_set(const struct gc_row *row, size_t column)
{
	return row->v[column].present && row->v[column].u;
}

static void show_flags(FILE *to, const struct gc_row *info)
{
	static const struct {
		size_t column;
		const char *name;
	} flags[] = {
		{ GC_TSC_INFO_CONSTANT, "constant_tsc" },
		{ GC_TSC_INFO_NONSTOP, "nonstop_tsc" },
		{ GC_TSC_INFO_KNOWN_FREQ, "tsc_known_freq" },
		{ GC_TSC_INFO_RELIABLE, "tsc_reliable" },
		{ GC_TSC_INFO_ADJUST, "tsc_adjust" },
	};
	bool any = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!is_set(info, flags[i].column))
			continue;
		fprintf(to, "%s%s", any ? " " : ", ", flags[i].name);
		any = true;
	}
	fputs(any ? "" : ", no flag of the CPU", to);
}

static void show_rate(FILE *to, const struct gc_row *info)
{
	const struct gc_value *v = info->v;
	char baseline[GC_TIME_SIZE];

	fprintf(to, "%-12s ", "rate:");
	if (v[GC_TSC_INFO_RATE].present)
		fprintf(to, "%+" PRId64 " +- %" PRIu64 " ppb against kvm-clock over %s",
			v[GC_TSC_INFO_RATE].s, v[GC_TSC_INFO_RATE_BOUND].u,
			gc_duration_format((int64_t)v[GC_TSC_INFO_RATE_BASELINE].u, baseline,
					   sizeof(baseline)));
	else if (is_set(info, GC_TSC_INFO_PVCLOCK_HZ))
		fputs("against kvm-clock not known yet", to);
	else
		fputs("not known: no kvm-clock to compare it with", to);
	if (is_set(info, GC_TSC_INFO_PVCLOCK_HZ))
		fprintf(to, "; its pages imply %" PRIu64 " Hz", v[GC_TSC_INFO_PVCLOCK_HZ].u);
	if (is_set(info, GC_TSC_INFO_RATE_RESTARTS))
		fprintf(to, "; begun anew %" PRIu64 " times", v[GC_TSC_INFO_RATE_RESTARTS].u);
	fputc('\n', to);
}

/**
 * gc_tsc_show_info() - What is known of all TSCs, in a few lines.
 * @to: where they go
 * @info: the row
 */
void gc_tsc_show_info(FILE *to, const struct gc_row *info)
{
	const struct gc_value *v = info->v;

	fprintf(to, "%-12s ", "tsc:");
	if (is_set(info, GC_TSC_INFO_KHZ))
		fprintf(to, "%" PRIu64 " kHz", v[GC_TSC_INFO_KHZ].u);
	else
		fputs("frequency unknown to the kernel", to);
	show_flags(to, info);
	fputs(is_set(info, GC_TSC_INFO_UNSTABLE) ? ", held for unstable\n" : "\n", to);
	show_rate(to, info);
}

/**
 * gc_tsc_show_verification() - Whether the kernel verifies the TSC, in a line.
 * @to: where it goes
 * @info: the row
 */
void gc_tsc_show_verification(FILE *to, const struct gc_row *info)
{
	const struct gc_value *v = info->v;
	char buf[GC_VALUE_SIZE];

	fprintf(to, "%-12s ", "verified:");
	if (v[GC_TSC_INFO_VERIFICATION].present)
		fputs(gc_words_name(&gc_words_tsc_verification, v[GC_TSC_INFO_VERIFICATION].u,
				    buf, sizeof(buf)), to);
	else
		fputs("unknown", to);
	if (v[GC_TSC_INFO_DETAIL].present)
		fprintf(to, ": %s", gc_row_text(info, GC_TSC_INFO_DETAIL));
	fputc('\n', to);
}

static const char *cycles_to_text(uint64_t cycles, uint64_t tsc_khz, char *buf, size_t size)
{
	if (tsc_khz)
		return gc_duration_format((int64_t)((double)cycles * 1e6 / (double)tsc_khz), buf,
					  size);
	snprintf(buf, size, "%" PRIu64 " cycles", cycles);
	return buf;
}

static void show_cost(FILE *to, const struct gc_row *sweep, uint64_t tsc_khz)
{
	const struct gc_value *v = sweep->v;
	char each[GC_TIME_SIZE], longest[GC_TIME_SIZE];
	uint64_t measurements = v[GC_TSC_SWEEP_MEASUREMENTS].u;
	uint64_t cycles = v[GC_TSC_SWEEP_CYCLES_REF].u + v[GC_TSC_SWEEP_CYCLES_CPU].u;

	if (!measurements)
		return;
	fprintf(to, "%-12s %" PRIu64 " pairs measured, %" PRIu64 " without an answer; %s of CPU"
		" time each, interrupts off for %s at most\n", "cost:", measurements,
		v[GC_TSC_SWEEP_NO_ANSWERS].u,
		cycles_to_text(cycles / measurements, tsc_khz, each, sizeof(each)),
		cycles_to_text(v[GC_TSC_SWEEP_IRQS_OFF_MAX].u, tsc_khz, longest,
			       sizeof(longest)));
}

/**
 * gc_tsc_show_sweep() - How sweeps are set, and what they cost, in a few lines.
 * @to: where they go
 * @sweep: the row
 * @tsc_khz: frequency of the TSC, 0 where unknown
 */
void gc_tsc_show_sweep(FILE *to, const struct gc_row *sweep, uint64_t tsc_khz)
{
	const struct gc_value *v = sweep->v;
	char one[GC_TIME_SIZE], other[GC_TIME_SIZE];

	fprintf(to, "%-12s ", "sweeps:");
	if (!is_set(sweep, GC_TSC_SWEEP_PERIOD))
		fputs("none, only what is asked for", to);
	else
		fprintf(to, "every %s", gc_duration_format((int64_t)(v[GC_TSC_SWEEP_PERIOD].u *
								       1000000), one, sizeof(one)));
	fprintf(to, ", %" PRIu64 " rounds a CPU", v[GC_TSC_SWEEP_ROUNDS].u);
	if (is_set(sweep, GC_TSC_SWEEP_SWEEPS))
		fprintf(to, "; %" PRIu64 " so far, the last took %s", v[GC_TSC_SWEEP_SWEEPS].u,
			gc_duration_format((int64_t)v[GC_TSC_SWEEP_LAST_SWEEP].u, one,
					   sizeof(one)));
	if (is_set(sweep, GC_TSC_SWEEP_LEFT_ALONE))
		fprintf(to, "; %" PRIu64 " isolated CPUs left alone",
			v[GC_TSC_SWEEP_LEFT_ALONE].u);
	fprintf(to, "\n%-12s offsets beyond %s, back %s below it; IA32_TSC_ADJUST changed by more"
		" than %" PRIu64 " cycles\n", "events at:",
		gc_duration_format((int64_t)v[GC_TSC_SWEEP_OFFSET_THRESHOLD].u, one, sizeof(one)),
		gc_duration_format((int64_t)v[GC_TSC_SWEEP_OFFSET_HYSTERESIS].u, other,
				   sizeof(other)), v[GC_TSC_SWEEP_ADJUST_THRESHOLD].u);
	show_cost(to, sweep, tsc_khz);
}
