// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bursts of kmod/tsc_burst.c between two real CPUs: for how long the module would
 * have interrupts off, with another side that plays and with one that falls silent in
 * the midst. Other work may take a CPU away in any burst, but not in all of them, so
 * that the best game of many counts.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <asm/barrier.h>
#include <asm/msr.h>
#include <asm/tsc.h>
#include <linux/irqflags.h>
#include <linux/limits.h>

#include "pair.h"
#include "tap.h"
#include "tsc_burst.h"

#define ROUNDS		256
#define GAMES		100
#define BURST_US	20
#define PATIENCE_US	2000
/* What may come on top of a burst: the round at hand, and looking at the TSC. */
#define TRIPS		10
/* After so many rounds one side falls silent. */
#define SILENT_AFTER	20
#define TOO_LONG_S	120

unsigned int tsc_khz;

/* Of this thread: since when interrupts would be off, and for how long at most. */
static __thread u64 off_since;
static __thread u64 off_max;

void local_irq_disable(void)
{
	off_since = rdtsc_ordered();
}

void local_irq_enable(void)
{
	u64 off = rdtsc_ordered() - off_since;

	if (off > off_max)
		off_max = off;
}

/**
 * struct test - what both threads share
 * @line: what goes to and fro
 * @other: what the other thread does in a game
 * @other_off: for how long that had interrupts off, cycles
 * @other_says: and what the module says of it, cycles
 * @trip: the median of the round trips of a whole game, cycles
 * @begin: posted for each game
 * @ended: posted by the other thread after each game
 * @rtts: round trips
 * @cpu: where the other thread runs
 * @tap: the results
 */
struct test {
	struct guestclock_tsc_line line;
	void (*other)(struct test *test);
	u64 other_off;
	u64 other_says;
	u64 trip;
	sem_t begin;
	sem_t ended;
	u64 rtts[ROUNDS];
	int cpu;
	struct tap tap;
};

static void answer_all(struct test *test)
{
	test->other_says = guestclock_tsc_answer(&test->line,
						 guestclock_tsc_cycles_of_us(PATIENCE_US));
}

/* Plays a few rounds without the module's code, and then says nothing. */
static void fall_silent(struct test *test)
{
	u32 round, answered = 0;

	while (answered < SILENT_AFTER) {
		/* Pairs with the release in the module's put_question(). */
		round = smp_load_acquire(&test->line.ping);
		if (round == GUESTCLOCK_TSC_OVER)
			return;
		if (round == answered)
			continue;
		test->line.stamp = rdtsc_ordered();
		/* Pairs with the acquire in the module's await_answer(). */
		smp_store_release(&test->line.pong, round);
		answered = round;
	}
}

static void *other_side(void *arg)
{
	struct test *test = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(test->cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		exit(1);
	for (;;) {
		sem_wait(&test->begin);
		off_max = 0;
		test->other(test);
		test->other_off = off_max;
		sem_post(&test->ended);
	}

	return NULL;
}

static void begin_game(struct test *test, void (*other)(struct test *test))
{
	/* On a host that shares its CPUs out, somewhere else in its turns. */
	usleep(200);
	memset(&test->line, 0, sizeof(test->line));
	test->other = other;
	off_max = 0;
	sem_post(&test->begin);
}

static void end_game(struct test *test)
{
	/* Pairs with the acquire of whoever answers. */
	smp_store_release(&test->line.ping, GUESTCLOCK_TSC_OVER);
	sem_wait(&test->ended);
}

static void ask(struct test *test, struct guestclock_tsc_game *game)
{
	*game = (struct guestclock_tsc_game) {
		.line = &test->line,
		.rtts = test->rtts,
		.wanted = ROUNDS,
	};
	guestclock_tsc_estimate_init(&game->estimate, 1);
	guestclock_tsc_ask(game, guestclock_tsc_cycles_of_us(PATIENCE_US));
}

static int compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a, right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

/**
 * struct best - of some games
 * @asking: shortest of the longest times with interrupts off of the side that asks
 * @answering: and of the one that answers
 * @untold: shortest time that the module did not know of
 */
struct best {
	u64 asking;
	u64 answering;
	u64 untold;
};

static const struct best none = { U64_MAX, U64_MAX, U64_MAX };

static void keep_best(u64 *best, u64 value)
{
	if (value < *best)
		*best = value;
}

static bool is_short(const struct test *test, u64 cycles, const char *what)
{
	u64 limit = guestclock_tsc_cycles_of_us(BURST_US) + TRIPS * test->trip;

	printf("# %s: off for %.1f us, %.1f us allowed\n", what, cycles * 1e3 / tsc_khz,
	       limit * 1e3 / tsc_khz);

	return cycles <= limit;
}

static void test_whole_games(struct test *test)
{
	struct guestclock_tsc_game game;
	struct best best = none;
	unsigned int whole = 0;
	u64 told;
	int i;

	for (i = 0; i < GAMES; i++) {
		begin_game(test, answer_all);
		ask(test, &game);
		told = game.irqs_off_max;
		end_game(test);
		if (game.estimate.rounds < ROUNDS)
			continue;
		whole++;
		keep_best(&best.asking, off_max);
		keep_best(&best.answering, test->other_off);
		keep_best(&best.untold, off_max - told + test->other_off - test->other_says);
		qsort(test->rtts, ROUNDS, sizeof(*test->rtts), compare);
		if (!test->trip || test->rtts[ROUNDS / 2] < test->trip)
			test->trip = test->rtts[ROUNDS / 2];
	}
	printf("# %u of %d games were played to the end, a round trip takes %.2f us\n", whole,
	       GAMES, test->trip * 1e3 / tsc_khz);
	tap_case(&test->tap, whole, "two CPUs play all rounds of a game");
	tap_case(&test->tap, is_short(test, best.asking, "who asks"),
		 "who asks has interrupts off for no longer than a burst may take");
	tap_case(&test->tap, is_short(test, best.answering, "who answers"),
		 "who answers has interrupts off for no longer than a burst may take");
	tap_case(&test->tap, best.untold <= TRIPS * test->trip,
		 "the module knows for how long interrupts were off");
}

static void test_silent_answers(struct test *test)
{
	struct guestclock_tsc_game game;
	struct best best = none;
	unsigned int cut_off = 0;
	int i;

	for (i = 0; i < GAMES; i++) {
		begin_game(test, fall_silent);
		ask(test, &game);
		/* A side that never was in a burst says nothing of bursts. */
		if (game.estimate.rounds >= 2) {
			cut_off++;
			keep_best(&best.asking, off_max);
		}
		end_game(test);
	}
	tap_case(&test->tap, cut_off && is_short(test, best.asking, "who gets no answer"),
		 "a burst ends by time when the other side falls silent");
}

/* False when the other side does not answer as long as it has patience. */
static bool ask_one(struct test *test, u32 round)
{
	u64 patience = guestclock_tsc_cycles_of_us(2ULL * PATIENCE_US);
	u64 start = rdtsc_ordered();

	/* Pairs with the acquire in the module's await_question(). */
	smp_store_release(&test->line.ping, round);
	/* Pairs with the release in the module's put_answer(). */
	while (smp_load_acquire(&test->line.pong) != round) {
		if (rdtsc_ordered() - start > patience)
			return false;
	}

	return true;
}

/* Asks some questions, and then none, nor says that the game is over. */
static void test_silent_questions(struct test *test)
{
	struct best best = none;
	unsigned int asked = 0;
	u32 round;
	int i;

	for (i = 0; i < GAMES; i++) {
		begin_game(test, answer_all);
		for (round = 1; round <= SILENT_AFTER && ask_one(test, round); round++)
			;
		sem_wait(&test->ended);
		if (round <= SILENT_AFTER)
			continue;
		asked++;
		keep_best(&best.answering, test->other_off);
	}
	tap_case(&test->tap, asked && is_short(test, best.answering, "who gets no question"),
		 "who answers ends by itself, and its burst by time, when nobody asks any more");
}

static s64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);

	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void find_khz(void)
{
	s64 begin_ns = now_ns();
	u64 begin = rdtsc_ordered();

	usleep(50000);
	tsc_khz = (rdtsc_ordered() - begin) * 1000000 / (now_ns() - begin_ns);
}

int main(void)
{
	static struct test test;
	pthread_t thread;
	cpu_set_t set;
	int cpu;

	if (tsc_pair_cpus(&cpu, &test.cpu)) {
		puts("ok 1 two real CPUs # SKIP only one CPU may be used here\n1..1");
		return 0;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sem_init(&test.begin, 0, 0);
	sem_init(&test.ended, 0, 0);
	if (sched_setaffinity(0, sizeof(set), &set) ||
	    pthread_create(&thread, NULL, other_side, &test)) {
		puts("Bail out! cannot run on two CPUs");
		return 1;
	}
	/* A burst without an end would last for ever. */
	alarm(TOO_LONG_S);
	find_khz();
	test_whole_games(&test);
	test_silent_answers(&test);
	test_silent_questions(&test);

	return tap_end(&test.tap);
}
