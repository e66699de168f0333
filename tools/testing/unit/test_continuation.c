// SPDX-License-Identifier: GPL-2.0-only
/* Recordings that grew from one snapshot are told apart, in one file and in two. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/continuation.h"
#include "report/timeline.h"
#include "schema.h"
#include "tap.h"

/**
 * struct recording - A file of JSON lines, read and judged.
 * @path: the file
 * @to: open while it is written
 * @evidence: what it holds
 * @timeline: what that means
 */
struct recording {
	char path[64];
	FILE *to;
	struct gc_evidence evidence;
	struct gc_timeline timeline;
};

static void begin(struct recording *recording)
{
	memset(recording, 0, sizeof(*recording));
	if (!tap_temporary(recording->path, sizeof(recording->path)))
		abort();
	recording->to = tap_open(recording->path, "w");
	if (!recording->to)
		abort();
}

/* Events from first to last; @life makes those of two continuations differ. */
static void put(struct recording *recording, unsigned int first, unsigned int last,
		unsigned int life, unsigned int epoch)
{
	for (; first <= last; first++)
		fprintf(recording->to,
			"{\"seq\":\"%u\",\"type\":\"clock_step\",\"source\":\"gtod_notifier\","
			"\"boottime_ns\":\"%u\",\"realtime_ns\":\"%u\","
			"\"machine_id\":\"m\",\"boot_id\":\"b\","
			"\"load_id\":\"0x0000000000000007\",\"restore_epoch\":%u}\n",
			first, first, 1000 * life + first, epoch);
}

static void judge(struct recording *recording)
{
	char why[256];

	fclose(recording->to);
	if (gc_evidence_read(&recording->evidence, recording->path, why, sizeof(why)) ||
	    gc_timeline_build(&recording->timeline, &recording->evidence, false))
		abort();
}

static void end(struct recording *recording)
{
	gc_timeline_free(&recording->timeline);
	gc_evidence_free(&recording->evidence);
	unlink(recording->path);
}

/* The texts of the entries of a class, one per line. */
static bool says(struct recording *recording, const char *class, const char *expected)
{
	char got[1024] = "";
	const struct gc_row *incident;
	size_t i;

	for (i = 0; i < recording->timeline.count; i++) {
		incident = recording->timeline.entries[i].incident;
		if (strcmp(gc_row_text(incident, GC_INCIDENT_CLASS), class))
			continue;
		strcat(got, gc_row_text(incident, GC_INCIDENT_TEXT));
		strcat(got, "\n");
	}
	if (!strcmp(got, expected))
		return true;
	printf("# got  %s# want %s", got, expected);
	return false;
}

static int add_text(struct gc_row *incident, void *arg)
{
	strcat(arg, gc_row_text(incident, GC_INCIDENT_TEXT));
	strcat(arg, "\n");
	gc_row_free(incident);
	return 0;
}

static bool compares(struct recording *one, struct recording *other, const char *expected)
{
	char got[1024] = "";

	if (!gc_continuation_of_files(&one->timeline, "X", &other->timeline, "Y", add_text, got) &&
	    !strcmp(got, expected))
		return true;
	printf("# got  %s# want %s", got, expected);
	return false;
}

static void test_one_file(struct tap *tap)
{
	struct recording recording;

	begin(&recording);
	put(&recording, 1, 10, 0, 0);
	/* Those up to 5 were found to be stored already. */
	put(&recording, 6, 12, 1, 0);
	judge(&recording);
	tap_case(tap, says(&recording, "migration-or-restore",
			   "two parts of this recording share their past up to seq 5 and differ"
			   " from seq 6 on: two continuations of one snapshot\n") &&
		 recording.evidence.life_count == 2 && recording.timeline.count == 18,
		 "a file that goes on twice from one seq is told so, and all of it is judged");
	end(&recording);

	begin(&recording);
	put(&recording, 1, 10, 0, 0);
	put(&recording, 1, 5, 0, 0);
	put(&recording, 6, 12, 1, 1);
	judge(&recording);
	tap_case(tap, says(&recording, "migration-or-restore",
			   "two parts of this recording share their past up to seq 5 and differ"
			   " from seq 6 on: two continuations of one snapshot\n"
			   "the machine was restored from a snapshot, or is a clone, between seq 5"
			   " and 6: restore epoch 1; for how long it did not run its own clocks do"
			   " not tell\n"),
		 "so are two files that were put one behind the other");
	end(&recording);

	begin(&recording);
	put(&recording, 6, 10, 0, 0);
	put(&recording, 1, 5, 0, 0);
	judge(&recording);
	tap_case(tap, says(&recording, "migration-or-restore", "") &&
		 says(&recording, "undetermined",
		      "the recording goes back to seq 1: it is not in order\n"),
		 "parts in the wrong order are not taken for a restore");
	end(&recording);

	begin(&recording);
	put(&recording, 1, 5, 0, 0);
	put(&recording, 6, 8, 0, 1);
	judge(&recording);
	tap_case(tap, says(&recording, "migration-or-restore",
			   "the machine was restored from a snapshot, or is a clone, between seq 5"
			   " and 6: restore epoch 1; for how long it did not run its own clocks do"
			   " not tell\n") && recording.evidence.life_count == 1,
		 "an epoch that rises is told once, within one life");
	end(&recording);
}

static void test_two_files(struct tap *tap)
{
	struct recording one, other, copy;

	begin(&one);
	put(&one, 1, 10, 0, 0);
	judge(&one);
	begin(&other);
	put(&other, 3, 5, 0, 0);
	put(&other, 6, 12, 1, 0);
	judge(&other);
	begin(&copy);
	put(&copy, 4, 14, 0, 0);
	judge(&copy);
	tap_case(tap, compares(&one, &other, "recordings X and Y share their past up to seq 5 and"
			       " differ from seq 6 on: two continuations of one snapshot\n"),
		 "two files that part are told so");
	tap_case(tap, compares(&one, &copy, ""), "two that agree are left alone");
	end(&other);

	begin(&other);
	put(&other, 1, 5, 0, 0);
	put(&other, 6, 9, 0, 1);
	judge(&other);
	tap_case(tap, compares(&one, &other, "recordings X and Y share their past up to seq 5 and"
			       " differ from seq 6 on: two continuations of one snapshot\n"),
		 "an epoch is a difference, even if nothing else is");
	end(&other);

	begin(&other);
	put(&other, 1, 5, 0, 0);
	fputs("{\"seq\":\"6\",\"type\":\"clock_step\",\"realtime_ns\":\"6\",\"attr_57\":\"01\","
	      "\"machine_id\":\"m\",\"boot_id\":\"b\",\"load_id\":\"0x0000000000000007\"}\n",
	      other.to);
	judge(&other);
	tap_case(tap, compares(&one, &other, "") && compares(&other, &one, ""),
		 "what a program of another version knows of an event, or does not, is none");
	end(&other);

	begin(&other);
	put(&other, 11, 12, 0, 0);
	judge(&other);
	tap_case(tap, compares(&one, &other, ""), "without a common seq there is nothing to say");
	end(&other);
	end(&copy);
	end(&one);
}

static void test_unknown(struct tap *tap)
{
	struct recording recording;

	begin(&recording);
	fputs("{\"seq\":\"1\",\"type\":\"type_42\",\"attr_57\":\"0102\"}\n"
	      "{\"seq\":\"2\",\"type\":\"flux\",\"charge\":[1.5]}\n", recording.to);
	judge(&recording);
	tap_case(tap, says(&recording, "undetermined",
			   "an event of type type_42, which this program does not know\n"
			   "an event of type flux, which this program does not know\n") &&
		 recording.evidence.unknown == 2 && !recording.evidence.others,
		 "events of a newer module or client are told as unknown");
	end(&recording);
}

int main(void)
{
	struct tap tap = { 0 };

	test_one_file(&tap);
	test_two_files(&tap);
	test_unknown(&tap);

	return tap_end(&tap);
}
