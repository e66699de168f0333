// SPDX-License-Identifier: GPL-2.0-only
/* The loss protocol when several things go wrong at once. */

#include <stdlib.h>

#include "fake_module.h"
#include "tap.h"

/* A following that has got everything of a log of five events. */
static void begin(struct fake *fake, struct gc_follow *follow)
{
	fake_start(fake, follow, 1, 6, 1);
	gc_follow_start(follow);
	fake->got[0] = '\0';
}

static void test_gaps(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	begin(&fake, &follow);
	fake.head = 8;
	commit(&fake, 2, 2);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 8 9 "), "a gap at the start");
	commit(&fake, 1, 1);
	fake.head += 2;
	commit(&fake, 1, 1);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "10 11 12 13 "), "in the middle");
	commit(&fake, 3, 1);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "14 ") &&
		 !gc_follow_check(&follow) && got(&fake, "15 16 "), "at the end");

	send(&fake, 17);
	send(&fake, 17);
	send(&fake, 3);
	fake.head = 19;
	send(&fake, 18);
	send(&fake, 17);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "17 18 "),
		 "duplicates are dropped, early and late ones");
	send(&fake, 21);
	send(&fake, 19);
	send(&fake, 20);
	fake.head = 22;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "19 20 21 "),
		 "events out of order are put in order");
	gc_follow_free(&follow);
}

/* The log forgets 6 to 8 while they are dumped; 6 and 7 are in the socket by then. */
static void forget(struct fake *fake, uint64_t seq)
{
	if (seq != 6 || fake->tail == 9)
		return;
	fake->tail = 9;
	send(fake, 6);
	send(fake, 7);
}

/* The same, and the messages found no room: another overrun. */
static void forget_and_overrun(struct fake *fake, uint64_t seq)
{
	if (seq != 6 || fake->tail == 9)
		return;
	fake->tail = 9;
	fake->overrun = true;
	fake->head += 2;
}

/* Two more are committed and dropped, and a third one is not. */
static void grow(struct fake *fake, uint64_t seq)
{
	if (seq != 6 || fake->tail == 8)
		return;
	fake->tail = 8;
	commit(fake, 2, 0);
	commit(fake, 1, 1);
}

static void test_refill(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	begin(&fake, &follow);
	commit(&fake, 6, 0);
	fake.overrun = true;
	fake.in_dump = forget;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 lost:8+1:socket 9 10 11 "),
		 "the log forgets during the dump: the socket is asked before it is lost");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 6, 0);
	fake.overrun = true;
	fake.in_dump = forget_and_overrun;
	tap_case(tap, !gc_follow_turn(&follow) &&
		 got(&fake, "lost:6+3:socket 9 10 11 12 13 "),
		 "an overrun during the dump brings another dump");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 6, 0);
	fake.overrun = true;
	fake.in_dump = grow;
	tap_case(tap, !gc_follow_turn(&follow) &&
		 got(&fake, "lost:6+2:socket 8 9 10 11 12 13 14 "),
		 "what comes in during a dump does not lose what the log has by now");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	send(&fake, SEQ_NEWS);
	send(&fake, SEQ_NEWS);
	commit(&fake, 3, 3);
	fake.tail = fake.head;
	fake.overrun = true;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 8 "),
		 "news ahead of events, and an overrun: they are in the socket, and not lost");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	fake.tail = fake.head;
	commit(&fake, 2, 0);
	commit(&fake, 1, 1);
	fake.tail = fake.head;
	fake.overrun = true;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "lost:6+2:socket 8 "),
		 "without any log each drop is declared, and nothing that came");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 4, 0);
	fake.overrun = true;
	fake.fail_dumps = 3;
	fake.dumps = 0;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 8 9 ") && fake.dumps == 4,
		 "a dump that is interrupted is begun again");
	gc_follow_free(&follow);
}

/* Load 2 is there, and goes in the midst of its first dump, with its events sent. */
static void unload_new(struct fake *fake, uint64_t seq)
{
	if (seq < 2 || !fake->here)
		return;
	fake->here = false;
	send(fake, 2);
	send(fake, 3);
}

static void unload(struct fake *fake, uint64_t seq)
{
	if (seq >= 8)
		fake->here = false;
}

static void reload(struct fake *fake, uint64_t seq)
{
	if (seq < 8 || fake->load_id == 2)
		return;
	fake->load_id = 2;
	fake->tail = 1;
	fake->head = 3;
}

/* By then the log was asked how far it is. */
static void reload_ahead(struct fake *fake)
{
	if (fake->load_id == 2)
		return;
	fake->load_id = 2;
	fake->tail = 1;
	fake->head = 9;
}

static void test_unload(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	begin(&fake, &follow);
	commit(&fake, 5, 0);
	commit(&fake, 1, 1);
	fake.overrun = true;
	fake.in_dump = unload;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 lost:8+3:gone 11 ") &&
		 !follow.attached, "unloaded in the midst of a dump: what is left is declared");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 4, 0);
	fake.overrun = true;
	fake.in_dump = reload;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 lost:8+2:gone | 1 2 "),
		 "reloaded in the midst of a dump: the loads do not mix");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 4, 0);
	fake.overrun = true;
	fake.before_dump = reload_ahead;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "lost:6+4:gone | 1 2 3 4 5 6 7 8 "),
		 "reloaded between the look at the head and the dump: the loads do not mix");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	fake.load_id = 2;
	fake.head = 4;
	fake.in_dump = unload_new;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "| 1 2 3 ") && !follow.attached,
		 "unloaded in the midst of the first dump: what waits is not lost");
	gc_follow_free(&follow);

	/* Nobody reads while it is unloaded, loaded, and has new events. */
	begin(&fake, &follow);
	commit(&fake, 2, 2);
	fake.load_id = 2;
	fake.tail = 1;
	fake.head = 9;
	tap_case(tap, !gc_follow_check(&follow) &&
		 got(&fake, "6 7 | 1 2 3 4 5 6 7 8 ") && fake.notices == 2,
		 "reloaded between two looks: what waits belongs to the load that sent it");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	commit(&fake, 2, 2);
	send(&fake, SEQ_NEWS);
	fake.load_id = 2;
	fake.tail = 1;
	fake.head = 4;
	send(&fake, SEQ_NEWS);
	send(&fake, SEQ_NEWS);
	fake.load_id = 3;
	fake.head = 3;
	send(&fake, SEQ_NEWS);
	tap_case(tap, !gc_follow_turn(&follow) && !gc_follow_turn(&follow) &&
		 !gc_follow_turn(&follow) && !gc_follow_turn(&follow) &&
		 got(&fake, "6 7 | 1 2 ") && fake.notices == 2 && fake.resumes == 2,
		 "two reloads at once: late news of the first change nothing");
	gc_follow_free(&follow);

	/* Load 2 was joined, and gone before it was asked where it stands. */
	begin(&fake, &follow);
	commit(&fake, 1, 1);
	send(&fake, SEQ_NEWS);
	fake.here = false;
	gc_follow_turn(&follow);
	fake.load_id = 2;
	send(&fake, 2);
	send(&fake, 3);
	fake.load_id = 3;
	fake.here = true;
	fake.tail = 1;
	fake.head = 2;
	send(&fake, SEQ_NEWS);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 | lost:1+1:gone 2 3 | 1 "),
		 "a load that came and went is told by its events");
	gc_follow_free(&follow);
}

static void test_same_ids(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	begin(&fake, &follow);
	fake.head = 4;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "1 2 3 ") && fake.notices == 1,
		 "a log that went back, under the same ids, is told and read again");
	commit(&fake, 2, 2);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "4 5 "), "and followed from there");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 3, 6, 20);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "3 4 5 ") && fake.notices == 1,
		 "so is one that is behind what was recorded before");
	gc_follow_free(&follow);
}

static void test_epoch(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	begin(&fake, &follow);
	commit(&fake, 1, 1);
	fake.epoch = 1;
	fake.epoch_from = 7;
	commit(&fake, 2, 2);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 8 ") && fake.notices == 1 &&
		 follow.epoch == 1, "an epoch that rises in mid-stream is told, seq goes on");
	fake.epoch = 2;
	fake.epoch_from = 9;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "") && fake.notices == 2,
		 "also before the first event of it");
	commit(&fake, 1, 1);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "9 ") && fake.notices == 2,
		 "and once");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 1, 6, 1);
	fake.epoch = 1;
	fake.epoch_from = 4;
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "1 2 3 4 5 ") &&
		 fake.notices == 1, "a restore in the log is told where it was");
	gc_follow_free(&follow);

	begin(&fake, &follow);
	fake.tells_load = false;
	commit(&fake, 2, 2);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "6 7 ") && fake.got_load == 1,
		 "events of a module that does not tell its load are of the one that is there");
	gc_follow_free(&follow);
}

/* A step of random trouble. */
static void trouble(struct fake *fake, struct gc_follow *follow, unsigned int *bad)
{
	unsigned int events = lrand48() % 6;

	commit(fake, events, events ? lrand48() % (events + 1) : 0);
	if (!(lrand48() % 3))
		fake->overrun = true;
	if (!(lrand48() % 4))
		fake->tail += lrand48() % (fake->head - fake->tail + 1);
	if (!(lrand48() % 8))
		fake->fail_dumps = lrand48() % 3;
	if (!(lrand48() % 10)) {
		fake->load_id++;
		fake->tail = 1;
		fake->head = 1 + lrand48() % 3;
		send(fake, SEQ_NEWS);
	}
	if (!(lrand48() % 12))
		fake->epoch_from = fake->head;
	if (lrand48() % 3)
		*bad += !!gc_follow_turn(follow);
	if (!(lrand48() % 4))
		*bad += !!gc_follow_check(follow);
}

/* Each load from 1 on, without a gap; the last one up to the head. */
static unsigned int count_bad(struct fake *fake)
{
	uint64_t next = 1, seq, count;
	unsigned int bad = 0;
	char *word, *rest;

	for (word = strtok_r(fake->got, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (!strcmp(word, "|")) {
			next = 1;
			continue;
		}
		count = 1;
		if (sscanf(word, "lost:%lu+%lu", &seq, &count) != 2)
			seq = strtoull(word, NULL, 10);
		bad += seq != next;
		next = seq + count;
	}
	return bad + (fake->got_load == fake->load_id ? next != fake->head : fake->head != 1);
}

static void test_random(struct tap *tap)
{
	unsigned int trial, step, bad = 0;
	struct gc_follow follow;
	struct fake fake;

	srand48(2);
	for (trial = 0; trial < 3000; trial++) {
		fake_start(&fake, &follow, 1, 1, 1);
		gc_follow_start(&follow);
		for (step = 0; step < 12; step++)
			trouble(&fake, &follow, &bad);
		fake.fail_dumps = 0;
		bad += gc_follow_turn(&follow) || gc_follow_check(&follow);
		bad += count_bad(&fake);
		gc_follow_free(&follow);
	}
	tap_case(tap, !bad,
		 "whatever happens, each seq of a load comes once, in order, or is declared");
}

int main(void)
{
	struct tap tap = { 0 };

	test_gaps(&tap);
	test_refill(&tap);
	test_unload(&tap);
	test_same_ids(&tap);
	test_epoch(&tap);
	test_random(&tap);

	return tap_end(&tap);
}
