// SPDX-License-Identifier: GPL-2.0-only
/* The timeline for people. */
#include "report_text.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <string.h>

#include "event_line.h"
#include "schema.h"

#define WIDTH	92
#define INDENT	"    "

static void print_wrapped(FILE *to, const char *prefix, const char *text)
{
	int len, used = fprintf(to, INDENT "%s", prefix);
	bool first = true;

	for (; *text; text += len + (text[len] == ' '), first = false) {
		len = (int)strcspn(text, " ");
		if (first)
			used += fprintf(to, "%.*s", len, text);
		else if (used + 1 + len <= WIDTH)
			used += fprintf(to, " %.*s", len, text);
		else
			used = fprintf(to, "\n" INDENT "  %.*s", len, text) - 1;
	}
	fputc('\n', to);
}

static void print_duration(FILE *to, const struct gc_row *incident)
{
	const struct gc_value *duration = &incident->v[GC_INCIDENT_DURATION];
	const struct gc_value *bound = &incident->v[GC_INCIDENT_BOUND];
	char text[GC_TIME_SIZE], text_bound[GC_TIME_SIZE];

	/* Two recordings that part are no incident of one of them. */
	if (incident->v[GC_INCIDENT_SECOND_RECORDING].present)
		return;
	if (!duration->present)
		fprintf(to, " for an undetermined time");
	else if (duration->s && bound->present)
		fprintf(to, " for %s +- %s", gc_duration_format(duration->s, text, sizeof(text)),
			gc_duration_format(bound->s, text_bound, sizeof(text_bound)));
	else if (duration->s)
		fprintf(to, " for %s", gc_duration_format(duration->s, text, sizeof(text)));
}

/**
 * gc_report_text_incident() - Print an entry of a timeline for people.
 * @to: where it goes
 * @incident: the entry
 */
void gc_report_text_incident(FILE *to, const struct gc_row *incident)
{
	char time[GC_TIME_SIZE] = "(no time)";

	if (incident->v[GC_INCIDENT_BEGIN].present)
		gc_time_format(incident->v[GC_INCIDENT_BEGIN].s, time, sizeof(time));
	if (!strcmp(gc_row_text(incident, GC_INCIDENT_CLASS), GC_CLASS_KERNEL_LINE)) {
		fprintf(to, "%s  kernel: %s\n", time, gc_row_text(incident, GC_INCIDENT_TEXT));
		return;
	}
	fprintf(to, "%s  %s", time, gc_row_text(incident, GC_INCIDENT_CLASS));
	print_duration(to, incident);
	fprintf(to, ", confidence %s\n", gc_row_text(incident, GC_INCIDENT_CONFIDENCE));
	print_wrapped(to, "", gc_row_text(incident, GC_INCIDENT_TEXT));
	print_wrapped(to, "why: ", gc_row_text(incident, GC_INCIDENT_CONFIDENCE_REASON));
	if (incident->v[GC_INCIDENT_EFFECT].present)
		print_wrapped(to, "effect: ", gc_row_text(incident, GC_INCIDENT_EFFECT));
	if (incident->v[GC_INCIDENT_EVIDENCE].present)
		print_wrapped(to, "evidence: seq ",
			      gc_row_text(incident, GC_INCIDENT_EVIDENCE));
}

static void print_boot(FILE *to, const struct gc_boot *boot)
{
	fprintf(to, "\nmachine %s, boot %s", boot->machine_id[0] ? boot->machine_id : "unknown",
		boot->boot_id[0] ? boot->boot_id : "unknown");
	if (boot->kernel[0])
		fprintf(to, ", kernel %s", boot->kernel);
	fputs("\n\n", to);
}

/* Seqs begin anew with each load of the module. */
static void print_load(FILE *to, const struct gc_row *incident, uint64_t *load_id)
{
	const struct gc_value *load = &incident->v[GC_INCIDENT_LOAD_ID];

	if (!load->present || load->u == *load_id)
		return;
	*load_id = load->u;
	fprintf(to, "module load 0x%016" PRIx64 "\n", load->u);
}

static void print_summary(FILE *to, const char *path, const struct gc_evidence *evidence)
{
	uint64_t lost = 0, events = 0;
	const struct gc_value *v;
	size_t i;

	for (i = 0; i < evidence->event_count; i++) {
		v = evidence->events[i]->v;
		if (v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_LOST)
			lost += v[GC_EVENT_LOST_COUNT].u;
		events += !v[GC_EVENT_SOURCE].present || v[GC_EVENT_SOURCE].u != GC_SOURCE_CLIENT;
	}
	fprintf(to, "%s: %" PRIu64 " events, %" PRIu64 " lost, %zu lines of the kernel;"
		" times are the guest's wall clock in UTC\n", path, events, lost,
		evidence->line_count);
	if (evidence->unknown)
		fprintf(to, "%zu events have attributes that this program does not know;"
			" guestclock export shows them\n", evidence->unknown);
	if (evidence->others)
		fprintf(to, "%zu rows are of a kind that this program does not know\n",
			evidence->others);
}

/**
 * gc_report_text() - Print a timeline for people.
 * @to: where it goes
 * @path: name of the recording
 * @timeline: the timeline
 */
void gc_report_text(FILE *to, const char *path, const struct gc_timeline *timeline)
{
	const struct gc_evidence *evidence = timeline->evidence;
	size_t i, boot = evidence->boot_count;
	uint64_t load_id = 0;

	print_summary(to, path, evidence);
	for (i = 0; i < timeline->count; i++) {
		if (timeline->entries[i].boot != boot) {
			boot = timeline->entries[i].boot;
			print_boot(to, &evidence->boots[boot]);
		}
		print_load(to, timeline->entries[i].incident, &load_id);
		gc_report_text_incident(to, timeline->entries[i].incident);
	}
	if (!timeline->count)
		fputs("nothing happened to the clocks\n", to);
}
