// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loss protocol against a module that overruns, overwrites, goes away and
 * comes back on demand.
 */

#include <stdlib.h>

#include "fake_module.h"
#include "tap.h"

static uint64_t sink_resume(void *arg, const struct gc_log_state *state)
{
	struct fake *fake = arg;

	return fake->resume ? fake->resume : state->head;
}

static int sink_event(void *arg, struct gc_row *event)
{
	static const char *const reasons[] = { "?", "staging", "log", "socket", "gone" };
	const struct gc_value *v = event->v;
	struct fake *fake = arg;
	char word[64];

	if (v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_LOST)
		snprintf(word, sizeof(word), "lost:%lu+%lu:%s ", v[GC_EVENT_SEQ].u,
			 v[GC_EVENT_LOST_COUNT].u, reasons[v[GC_EVENT_LOST_REASON].u]);
	else
		snprintf(word, sizeof(word), "%lu ", v[GC_EVENT_SEQ].u);
	strncat(fake->got, word, sizeof(fake->got) - strlen(fake->got) - 1);
	gc_row_free(event);
	return 0;
}

static void sink_notice(void *arg, const char *text)
{
	struct fake *fake = arg;

	printf("# notice: %s\n", text);
	fake->notices++;
}

static const struct gc_follow_sink sink = {
	.resume = sink_resume,
	.event = sink_event,
	.notice = sink_notice,
};

/* Commit events; @delivered of them reach the socket, the rest overrun it. */
static void commit(struct fake *fake, unsigned int count, unsigned int delivered)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (i < delivered)
			fake->waiting[fake->waiting_count++] = fake->head;
		fake->head++;
	}
}

static bool got(struct fake *fake, const char *expected)
{
	bool same = !strcmp(fake->got, expected);

	if (!same)
		printf("# want %s\n# and  %s\n", expected, fake->got);
	fake->got[0] = '\0';
	return same;
}

static void start(struct fake *fake, struct gc_follow *follow, uint64_t tail, uint64_t head,
		  uint64_t resume)
{
	memset(fake, 0, sizeof(*fake));
	fake->here = true;
	fake->load_id = 1;
	fake->tail = tail;
	fake->head = head;
	fake->resume = resume;
	gc_follow_init(follow, &fake_source, fake, &sink, fake);
}

static void test_history(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	start(&fake, &follow, 1, 4, 1);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "1 2 3 "),
		 "what the log has comes first");
	gc_follow_free(&follow);

	start(&fake, &follow, 10, 13, 1);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "lost:1+9:log 10 11 12 "),
		 "what the log has dropped is declared lost");
	gc_follow_free(&follow);

	start(&fake, &follow, 10, 13, 0);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, ""),
		 "without history nothing is shown, and nothing is lost");
	gc_follow_free(&follow);

	start(&fake, &follow, 1, 10, 8);
	gc_follow_start(&follow);
	tap_case(tap, got(&fake, "8 9 "), "a second run goes on where the first one ended");
	gc_follow_free(&follow);

	start(&fake, &follow, 1, 3, 1);
	fake.here = false;
	tap_case(tap, gc_follow_start(&follow) == -NLE_OBJ_NOTFOUND,
		 "without the module there is nothing to start with");
	gc_follow_free(&follow);
}

static void test_live(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	start(&fake, &follow, 1, 3, 1);
	gc_follow_start(&follow);
	/* Committed between subscribing and dumping: dumped and delivered. */
	fake.waiting[fake.waiting_count++] = 2;
	commit(&fake, 3, 3);
	fake.got[0] = '\0';
	fake.dumps = 0;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "3 4 5 "),
		 "live events come once, also those that were dumped");
	tap_case(tap, !fake.dumps, "and take no dump");

	commit(&fake, 5, 2);
	fake.overrun = true;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 8 9 10 "),
		 "an overrun is filled from the log");

	fake.head = 14;
	commit(&fake, 2, 2);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "11 12 13 14 15 "),
		 "so is a gap without a word of an overrun");

	fake.head = 19;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "16 17 18 "),
		 "events whose every message was dropped are found by the check");
	gc_follow_free(&follow);
}

static void test_overwritten(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	/* 5 and 6 are in the socket; 7 to 9 are nowhere; 10 is in the log. */
	start(&fake, &follow, 1, 5, 0);
	gc_follow_start(&follow);
	commit(&fake, 2, 2);
	fake.head = 12;
	fake.tail = 10;
	fake.overrun = true;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "5 6 lost:7+3:socket 10 11 "),
		 "what is in the socket is kept though the log has dropped it");

	/* The socket has 13 and 16, the log 18 and 19. */
	fake.head = 20;
	fake.tail = 18;
	fake.waiting[0] = 13;
	fake.waiting[1] = 16;
	fake.waiting_count = 2;
	fake.overrun = true;
	tap_case(tap, !gc_follow_turn(&follow) &&
		 got(&fake, "lost:12+1:socket 13 lost:14+2:socket 16 lost:17+1:socket 18 19 "),
		 "each gap is declared with its count, in order");

	/* The whole log was overwritten, and nothing newer is there. */
	fake.head = 30;
	fake.tail = 30;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "lost:20+10:socket "),
		 "a log without anything left is declared lost up to its head");
	gc_follow_free(&follow);
}

static void test_reload(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	start(&fake, &follow, 1, 3, 1);
	gc_follow_start(&follow);
	commit(&fake, 1, 1);
	fake.waiting[fake.waiting_count++] = SEQ_GONE;
	fake.here = false;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "1 2 3 ") && !follow.attached &&
		 fake.notices == 1, "events from before an unload still come");
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "") && fake.notices == 1,
		 "while it is away nothing happens");

	fake.here = true;
	fake.load_id = 2;
	fake.head = 3;
	fake.waiting[fake.waiting_count++] = SEQ_RETURNED;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "1 2 ") && follow.load_id == 2 &&
		 fake.notices == 2, "the next load is taken from its first event on");

	fake.load_id = 3;
	fake.head = 2;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "1 ") && follow.load_id == 3,
		 "a reload that nobody told of is found by the check");

	fake.waiting[fake.waiting_count++] = SEQ_RETURNED;
	fake.dumps = 0;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "") && !fake.dumps,
		 "late news of it change nothing");

	commit(&fake, 4, 1);
	fake.overrun = true;
	fake.here = false;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "2 lost:3+1:gone "),
		 "an overrun that cannot be filled any more is declared");
	gc_follow_free(&follow);

	start(&fake, &follow, 1, 6, 0);
	gc_follow_start(&follow);
	fake.head = 9;
	follow.known_head = 9;
	fake.here = false;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "lost:6+3:gone "),
		 "events that are known of and went with the module are declared");
	gc_follow_free(&follow);
}

static void test_restore(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	start(&fake, &follow, 1, 20, 10);
	gc_follow_start(&follow);
	fake.got[0] = '\0';
	fake.resume = 20;
	fake.head = 4;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "1 2 3 ") && fake.notices == 1,
		 "a log that went back is told and read again");
	gc_follow_free(&follow);
}

/* Random trouble: every seq comes once and in order, or is declared lost. */
static void test_random(struct tap *tap)
{
	unsigned int trial, step, bad = 0;
	struct gc_follow follow;
	uint64_t next, seq, count;
	struct fake fake;
	char *word, *rest;

	srand48(2);
	for (trial = 0; trial < 2000; trial++) {
		start(&fake, &follow, 1, 1, 1);
		gc_follow_start(&follow);
		for (step = 0; step < 12; step++) {
			unsigned int events = lrand48() % 6;

			commit(&fake, events, events ? lrand48() % (events + 1) : 0);
			if (!(lrand48() % 3))
				fake.overrun = true;
			if (!(lrand48() % 4))
				fake.tail += lrand48() % (fake.head - fake.tail + 1);
			if (lrand48() % 3)
				bad += !!gc_follow_turn(&follow);
			if (!(lrand48() % 4))
				bad += !!gc_follow_check(&follow);
		}
		bad += gc_follow_turn(&follow) || gc_follow_check(&follow);
		next = 1;
		for (word = strtok_r(fake.got, " ", &rest); word;
		     word = strtok_r(NULL, " ", &rest)) {
			count = 1;
			if (sscanf(word, "lost:%lu+%lu", &seq, &count) != 2)
				seq = strtoull(word, NULL, 10);
			bad += seq != next;
			next = seq + count;
		}
		bad += next != fake.head;
		gc_follow_free(&follow);
	}
	tap_case(tap, !bad, "whatever happens, each seq comes once, in order, or is declared");
}

int main(void)
{
	struct tap tap = { 0 };

	test_history(&tap);
	test_live(&tap);
	test_overwritten(&tap);
	test_reload(&tap);
	test_restore(&tap);
	test_random(&tap);

	return tap_end(&tap);
}
