// SPDX-License-Identifier: GPL-2.0-only
/* A clock that goes back between CPUs is seen, and one that does not is not accused. */

#include <dlfcn.h>
#include <sched.h>

#include "array.h"
#include "clock.h"
#include "monotonic.h"
#include "tap.h"

#define DURATION_NS	300000000

/* For checks that are told to end: nobody waits for it. */
#define LONG_NS		60000000000LL

/* Readings of a CPU that lies, after which it has been seen to. */
#define ENOUGH		20000

/* What a difference of two readings may be off by, as the clock counts in steps. */
#define CLOCK_STEP_NS	50

/* As told of real guests. */
#define BEHIND_NS	1200000

/**
 * struct lie - What a clock makes of the true time.
 * @cpu: only this CPU lies
 * @behind_ns: it is behind by so much
 * @each: only each so manieth reading lies
 * @readings: readings on that CPU so far
 * @seen: it was seen
 */
struct lie {
	int cpu;
	int64_t behind_ns;
	uint64_t each;
	uint64_t readings;
	bool seen;
};

static int64_t lying_clock(int cpu, void *arg)
{
	int64_t now = gc_clock_ns(CLOCK_MONOTONIC);
	struct lie *lie = arg;

	if (cpu != lie->cpu)
		return now;
	__atomic_store_n(&lie->readings, lie->readings + 1, __ATOMIC_RELAXED);
	return lie->readings % lie->each ? now : now - lie->behind_ns;
}

/* What the waiting thread's clock is behind by: its CPU is not always the same one. */
#define AWAY_NS		3600000000000LL
#define AWAY_READINGS	3

static int (*true_clock)(clockid_t clock, struct timespec *now);
static int readings_away;

/* In place of the C library's; only the waiting thread reads this clock. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
	int err = true_clock(clock, now);

	if (clock == CLOCK_MONOTONIC_RAW && readings_away && readings_away-- <= AWAY_READINGS)
		now->tv_sec -= AWAY_NS / 1000000000;
	return err;
}

/* However long that takes where other programs want the CPUs. */
static bool has_lied(bool worse, void *arg)
{
	struct lie *lie = arg;

	lie->seen |= worse;
	return lie->seen && __atomic_load_n(&lie->readings, __ATOMIC_RELAXED) > ENOUGH;
}

static bool stop_soon(bool worse, void *arg)
{
	(void)arg;
	return worse;
}

static void check(struct lie *lie, gc_monotonic_tick tick,
		  struct gc_monotonic_result *result)
{
	const struct gc_monotonic what = {
		.clock = lying_clock, .tick = tick, .arg = lie,
		.duration_ns = tick == has_lied ? LONG_NS : DURATION_NS,
	};

	if (gc_monotonic_check(&what, result)) {
		puts("Bail out! no thread can be run on any CPU");
		exit(1);
	}
	printf("# %llu readings, %llu back, worst %lld ns from CPU %d to %d, resolution %lld ns\n",
	       (unsigned long long)result->readings, (unsigned long long)result->back,
	       (long long)result->worst_ns, result->from_cpu, result->to_cpu,
	       (long long)result->resolution_ns);
}

static int test_truth(struct tap *tap)
{
	struct lie lie = { .cpu = -1, .each = 1 };
	struct gc_monotonic_result result;

	check(&lie, NULL, &result);
	tap_case(tap, !result.back && !result.worst_ns, "a true clock is not accused");
	tap_case(tap, result.readings && result.elapsed_ns >= DURATION_NS &&
		 result.cpus && !result.left_out, "it is read all the time, on every CPU");
	tap_case(tap, result.pairs == (uint64_t)result.cpus * (result.cpus - 1) / 2 &&
		 result.pairs_met <= result.pairs && !result.pairs_met == !result.resolution_ns,
		 "pairs are counted");

	return (int)result.cpus;
}

/* One CPU, or the only one, falls back now and then. */
static void test_falls_back(struct tap *tap, int cpu)
{
	struct lie lie = { .cpu = cpu, .behind_ns = BEHIND_NS, .each = 100 };
	struct gc_monotonic_result result;

	check(&lie, has_lied, &result);
	tap_case(tap, result.back && result.back <= lie.readings / lie.each + 1,
		 "each reading that fell back is counted, and no other");
	tap_case(tap, result.worst_ns > BEHIND_NS / 2 && result.worst_ns <= BEHIND_NS &&
		 result.to_cpu == cpu, "by how much, and where");
}

static void test_behind(struct tap *tap, int cpu)
{
	struct lie lie = { .cpu = cpu, .behind_ns = BEHIND_NS, .each = 1 };
	struct gc_monotonic_result result;

	check(&lie, has_lied, &result);
	tap_case(tap, result.back && result.worst_ns > BEHIND_NS / 2 &&
		 result.worst_ns <= BEHIND_NS, "a CPU that is behind all the time is seen");
	tap_case(tap, result.to_cpu == cpu && result.from_cpu != cpu,
		 "from another CPU to that one");
	tap_case(tap, result.elapsed_ns < LONG_NS, "the check ends when it is told to");

	lie = (struct lie) { .cpu = cpu, .behind_ns = -BEHIND_NS, .each = 1 };
	check(&lie, has_lied, &result);
	tap_case(tap, result.back && result.from_cpu == cpu && result.to_cpu != cpu,
		 "and so is one that is ahead");
}

/* At each distance: it is seen, or what is said to be seen reaches further. */
static void test_resolution(struct tap *tap, int cpu)
{
	static const int64_t apart_ns[] = { 25, 50, 100, 200, 400, 800, 1600, 3200 };
	struct lie lie = { .cpu = cpu, .each = 1 };
	struct gc_monotonic_result result;
	unsigned int wrong = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(apart_ns); i++) {
		lie.behind_ns = i % 2 ? apart_ns[i] : -apart_ns[i];
		check(&lie, stop_soon, &result);
		wrong += !result.back && result.resolution_ns + CLOCK_STEP_NS < apart_ns[i];
	}
	tap_case(tap, !wrong, "what is promised to be seen is seen");
}

/* The first reading is of a CPU that is ahead of that of the next ones. */
static void test_duration(struct tap *tap)
{
	struct lie lie = { .cpu = -1, .each = 1 };
	struct gc_monotonic_result result;

	readings_away = AWAY_READINGS + 1;
	check(&lie, NULL, &result);
	printf("# it took %llu ns\n", (unsigned long long)result.elapsed_ns);
	tap_case(tap, !readings_away && result.elapsed_ns >= DURATION_NS &&
		 result.elapsed_ns < AWAY_NS, "the check lasts, wherever its time is read");
}

static int last_cpu(void)
{
	cpu_set_t allowed;
	int cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return 0;
	for (cpu = CPU_SETSIZE - 1; cpu > 0; cpu--) {
		if (CPU_ISSET(cpu, &allowed))
			break;
	}
	return cpu;
}

int main(void)
{
	struct tap tap = { 0 };
	int cpus;

	true_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	if (!true_clock) {
		puts("Bail out! no clock");
		return 1;
	}
	cpus = test_truth(&tap);
	test_duration(&tap);
	test_falls_back(&tap, last_cpu());
	if (cpus > 1) {
		test_behind(&tap, last_cpu());
		test_resolution(&tap, last_cpu());
	} else {
		tap.cases++;
		printf("ok %u CPUs that are apart # SKIP only one CPU may be used here\n",
		       tap.cases);
	}

	return tap_end(&tap);
}
