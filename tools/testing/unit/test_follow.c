// SPDX-License-Identifier: GPL-2.0-only
/* The loss protocol: overruns, a log that forgets, reloads, one at a time. */

#include <stdlib.h>

#include "fake_module.h"
#include "tap.h"

static void test_history(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	fake_start(&fake, &follow, 1, 4, 1);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "1 2 3 "),
		 "what the log has comes first");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 10, 13, 1);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "lost:1+9:log 10 11 12 "),
		 "what the log has dropped is declared lost");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 10, 13, 0);
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, ""),
		 "without history nothing is shown, and nothing is lost");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 1, 10, 8);
	gc_follow_start(&follow);
	tap_case(tap, got(&fake, "8 9 "), "a second run goes on where the first one ended");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 1, 3, 1);
	fake.here = false;
	tap_case(tap, gc_follow_start(&follow) == -NLE_OBJ_NOTFOUND,
		 "without the module there is nothing to start with");
	gc_follow_free(&follow);
}

static void test_live(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	fake_start(&fake, &follow, 1, 3, 1);
	gc_follow_start(&follow);
	/* Committed between subscribing and dumping: dumped and delivered. */
	send(&fake, 2);
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
	fake.dumps = 0;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "") && !fake.dumps,
		 "which takes no dump when nothing is missing");
	gc_follow_free(&follow);
}

static void test_overwritten(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	/* 5 and 6 are in the socket; 7 to 9 are nowhere; 10 is in the log. */
	fake_start(&fake, &follow, 1, 5, 0);
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
	send(&fake, 13);
	send(&fake, 16);
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

	fake_start(&fake, &follow, 1, 3, 1);
	gc_follow_start(&follow);
	commit(&fake, 1, 1);
	send(&fake, SEQ_NEWS);
	fake.here = false;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "1 2 3 ") && !follow.attached &&
		 fake.notices == 1, "events from before an unload still come");
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "") && fake.notices == 1,
		 "while it is away nothing happens");

	fake.here = true;
	fake.load_id = 2;
	fake.head = 3;
	send(&fake, SEQ_NEWS);
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "| 1 2 ") && follow.load_id == 2 &&
		 fake.notices == 2, "the next load is taken from its first event on");

	fake.load_id = 3;
	fake.head = 2;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "| 1 ") && follow.load_id == 3,
		 "a reload that nobody told of is found by the check");

	send(&fake, SEQ_NEWS);
	fake.dumps = 0;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "") && !fake.dumps,
		 "late news of it change nothing");

	commit(&fake, 4, 1);
	fake.overrun = true;
	fake.here = false;
	tap_case(tap, !gc_follow_turn(&follow) && got(&fake, "2 lost:3+1:gone "),
		 "an overrun that cannot be filled any more is declared");
	gc_follow_free(&follow);

	fake_start(&fake, &follow, 1, 6, 0);
	gc_follow_start(&follow);
	commit(&fake, 1, 1);
	gc_follow_turn(&follow);
	commit(&fake, 2, 0);
	fake.fail_dumps = UINT32_MAX;
	fake.tail = fake.head;
	fake.got[0] = '\0';
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "lost:7+2:socket "),
		 "what is in no place any more is declared by the check");
	gc_follow_free(&follow);
}

static void test_no_memory(struct tap *tap)
{
	struct gc_follow follow;
	struct fake fake;

	fake_start(&fake, &follow, 1, 3, 1);
	fake.fail_statuses = 2;
	tap_case(tap, !gc_follow_start(&follow) && got(&fake, "1 2 "),
		 "a start that the kernel had no memory for is tried again");
	commit(&fake, 2, 0);
	fake.fail_statuses = 2;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "3 4 "),
		 "a look at the head that the kernel had no memory for is tried again");
	fake.load_id = 2;
	fake.head = 3;
	fake.fail_statuses = 2;
	tap_case(tap, !gc_follow_check(&follow) && got(&fake, "| 1 2 "),
		 "a look at a module that was reloaded is tried again, too");
	fake.fail_statuses = UINT32_MAX;
	tap_case(tap, gc_follow_check(&follow) == -NLE_NOMEM,
		 "a kernel that never has memory for an answer is an error");
	gc_follow_free(&follow);
}

int main(void)
{
	struct tap tap = { 0 };

	test_history(&tap);
	test_live(&tap);
	test_overwritten(&tap);
	test_reload(&tap);
	test_no_memory(&tap);

	return tap_end(&tap);
}
