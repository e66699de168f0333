/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_H
#define GUESTCLOCK_H

/*
 * Locks, outermost first. None is ever taken with a lock of the timekeeper
 * held, and none is taken where the timekeeper's update could wait for it.
 *
 *   tsc.c        measure_mutex   one measurement at a time; sleeps
 *   clocks.c     read_mutex      one reading of the clocks at a time; sleeps
 *   (kernel)     cpus_read_lock  the CPUs measured stay online
 *   tsc_sweep.c  lock            how TSCs are watched; sleeps
 *   log.c        log.lock        the event log and seq; sleeps
 *   pvclock.c    rows_lock       the rows, copied in and out
 *   tsc_info.c   baseline_lock   likewise
 *   tsc_row.c    rows_lock       likewise
 *   clocks.c     rows_lock       likewise
 *
 * Staging rings have one producer and one consumer each and need no lock: the
 * timekeeper serialises its ring, interrupts off serialise those of the CPUs,
 * and log.lock serialises the consumer.
 */

#define GUESTCLOCK_VERSION	"1.0"

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

struct workqueue_struct;

extern struct workqueue_struct *guestclock_wq;

#endif /* GUESTCLOCK_H */
