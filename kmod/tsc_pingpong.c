// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ping-pong: two CPUs hand one cache line to and fro, and the other CPU
 * leaves its TSC in it each time.
 *
 * Both sides are threads that first wait for each other with interrupts on,
 * and play in short bursts with interrupts off. An IPI would bring the other
 * CPU sooner, but to send one a vCPU leaves the guest, and may come back after
 * the other one has stopped waiting for it.
 *
 * A vCPU can be taken off its CPU at any moment, for any time: every wait ends
 * at a TSC deadline, answer or not, and what the two work on is static per CPU,
 * because the other thread may start long after nobody waits for it any more.
 */

#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_pingpong.h"
#include "tsc_step.h"

/* Interrupts are off this long at most on the asking side, and on the other. */
#define ASKING_US	40
#define ANSWERING_US	60

/*
 * A vCPU that shares its CPU with others may not run for tens of milliseconds;
 * one that has not come by then is reported as not answering.
 */
#define GIVE_UP_US	500000

/*
 * The bound stops narrowing after some dozen rounds; several bursts keep one
 * that was disturbed from deciding alone.
 */
#define ROUNDS_PER_BURST	64
#define ROUNDS_WANTED		256

/* Reading the TSC in every spin would delay noticing the answer. */
#define SPINS_PER_CHECK		64

/* For deadlines only, where the kernel has no TSC frequency. */
#define ASSUMED_TSC_KHZ		4000000

/* This many readings in a row tell the step in which the TSC counts. */
#define STEP_READINGS		64

/**
 * struct pingpong - what the two sides share
 * @work: the answering side, on the CPU asked
 * @busy: @work was queued and has not ended yet
 * @over: the asking side has left for good
 * @call: number of the burst that the asking side is ready for
 * @ready: number of the burst that the answering side has come to
 * @ping: number of the round asked for; it goes on from burst to burst
 * @pong: number of the round answered
 * @done: number of the last burst that the asking side has left
 * @stamp: the answering CPU's TSC in round @pong, cycles
 */
struct pingpong {
	struct work_struct work;
	u32 busy;
	u32 over;
	u32 call ____cacheline_aligned;
	u32 ready;
	u32 ping ____cacheline_aligned;
	u32 pong;
	u32 done;
	u64 stamp;
};

/**
 * struct patience - how long a side goes on
 * @start: its TSC when it began, cycles
 * @limit: cycles from then on
 */
struct patience {
	u64 start;
	u64 limit;
};

static struct pingpong __percpu *pingpongs;

static struct patience patience_of(u64 us)
{
	return (struct patience) {
		.start = rdtsc_ordered(),
		.limit = us * (tsc_khz ? tsc_khz : ASSUMED_TSC_KHZ) / 1000,
	};
}

/* A TSC that jumps back ends it as well: the difference is unsigned. */
static bool is_over(const struct patience *patience)
{
	return rdtsc_ordered() - patience->start > patience->limit;
}

/* Answers the rounds of one burst; interrupts are off. */
static void answer_burst(struct pingpong *pp, u32 call)
{
	struct patience patience = patience_of(ANSWERING_US);
	u32 answered = READ_ONCE(pp->ping);
	u32 spins = 0;
	u32 ping;

	/* Pairs with the acquire in wait_for(). */
	smp_store_release(&pp->ready, call);
	for (;;) {
		/* Pairs with the release in ask(). */
		ping = smp_load_acquire(&pp->ping);
		if (ping != answered) {
			pp->stamp = rdtsc_ordered();
			/* Pairs with the acquire in ask(). */
			smp_store_release(&pp->pong, ping);
			answered = ping;
		} else if (READ_ONCE(pp->done) == call) {
			break;
		} else if (!(++spins % SPINS_PER_CHECK) && is_over(&patience)) {
			break;
		}
	}
}

/* The answering side. */
static void answer(struct work_struct *work)
{
	struct pingpong *pp = container_of(work, struct pingpong, work);
	struct patience patience = patience_of(GIVE_UP_US);
	u32 answered = 0;
	u32 call;

	while (!READ_ONCE(pp->over) && !is_over(&patience)) {
		/* Pairs with the release in burst(). */
		call = smp_load_acquire(&pp->call);
		if (call == answered) {
			cond_resched();
			continue;
		}
		local_irq_disable();
		answer_burst(pp, call);
		local_irq_enable();
		answered = call;
	}
	/* Pairs with the acquire in wait_for(). */
	smp_store_release(&pp->busy, 0);
}

/* Without cpu_relax(): a hypervisor takes a vCPU that pauses for idle. */
static bool wait_for(const u32 *word, u32 value, const struct patience *patience)
{
	for (;;) {
		/* Pairs with the releases in answer() and answer_burst(). */
		if (smp_load_acquire(word) == value)
			return true;
		if (is_over(patience))
			return false;
		cond_resched();
	}
}

/* One round; false when the answer did not come in time. */
static bool ask(struct pingpong *pp, const struct patience *patience,
		struct guestclock_tsc_estimate *estimate)
{
	u32 round = pp->ping + 1;
	u32 spins = 0;
	u64 received;
	u64 sent;

	sent = rdtsc_ordered();
	/* Pairs with the acquire in answer_burst(). */
	smp_store_release(&pp->ping, round);
	/* Pairs with the release in answer_burst(). */
	while (smp_load_acquire(&pp->pong) != round) {
		if (!(++spins % SPINS_PER_CHECK) && is_over(patience))
			return false;
	}
	received = rdtsc_ordered();
	guestclock_tsc_estimate_add(estimate, sent, pp->stamp, received);

	return !is_over(patience);
}

/* Returns the time spent with interrupts off, in cycles. */
static u64 ask_burst(struct pingpong *pp, u32 call,
		     struct guestclock_tsc_estimate *estimate)
{
	struct patience patience;
	unsigned int i;
	u64 end;

	local_irq_disable();
	patience = patience_of(ASKING_US);
	for (i = 0; i < ROUNDS_PER_BURST; i++) {
		if (!ask(pp, &patience, estimate))
			break;
	}
	WRITE_ONCE(pp->done, call);
	end = rdtsc_ordered();
	local_irq_enable();

	return end - patience.start;
}

static u64 tsc_step(void)
{
	u64 readings[STEP_READINGS];
	unsigned int i;

	for (i = 0; i < STEP_READINGS; i++)
		readings[i] = rdtsc_ordered();

	return guestclock_tsc_step(readings, STEP_READINGS);
}

/**
 * guestclock_tsc_pingpong() - play with another CPU until the offset is known
 * @cpu: the CPU asked; online and not this one
 * @estimate: of its TSC minus this CPU's; begun here
 * @irqs_off_max: longest time that this CPU had interrupts off, cycles
 *
 * Context: Process, bound to one CPU that stays online, as must @cpu.
 * One caller at a time.
 * Return: 0, or -ETIMEDOUT when the rounds wanted were not had in time, though
 * some may have been.
 */
int guestclock_tsc_pingpong(unsigned int cpu, struct guestclock_tsc_estimate *estimate,
			    u64 *irqs_off_max)
{
	struct pingpong *pp = per_cpu_ptr(pingpongs, cpu);
	struct patience patience = patience_of(GIVE_UP_US);
	u32 call = 0;
	int err = 0;

	guestclock_tsc_estimate_init(estimate, tsc_step());
	*irqs_off_max = 0;
	if (!wait_for(&pp->busy, 0, &patience))
		return -ETIMEDOUT;

	pp->over = 0;
	pp->call = 0;
	pp->ready = 0;
	pp->done = 0;
	pp->busy = 1;
	queue_work_on(cpu, system_highpri_wq, &pp->work);
	while (estimate->rounds < ROUNDS_WANTED) {
		/* Pairs with the acquire in answer(). */
		smp_store_release(&pp->call, ++call);
		if (!wait_for(&pp->ready, call, &patience)) {
			err = -ETIMEDOUT;
			break;
		}
		*irqs_off_max = max(*irqs_off_max,
				    ask_burst(pp, call, estimate));
	}
	WRITE_ONCE(pp->over, 1);

	return err;
}

/**
 * guestclock_tsc_pingpong_init() - prepare the answering sides
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_pingpong_init(void)
{
	unsigned int cpu;

	pingpongs = alloc_percpu(struct pingpong);
	if (!pingpongs)
		return -ENOMEM;

	for_each_possible_cpu(cpu)
		INIT_WORK(&per_cpu_ptr(pingpongs, cpu)->work, answer);

	return 0;
}

/**
 * guestclock_tsc_pingpong_exit() - wait for the answering sides and free
 *
 * Where a vCPU does not run this waits until it does.
 *
 * Context: Process, sleeps. No measurement is running.
 */
void guestclock_tsc_pingpong_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		cancel_work_sync(&per_cpu_ptr(pingpongs, cpu)->work);
	free_percpu(pingpongs);
}
