/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the test module; each gives the tests one independent truth. */
#ifndef GUESTCLOCK_TEST_H
#define GUESTCLOCK_TEST_H

#include <linux/fs.h>

extern const struct file_operations test_kvmclock_fops;
extern const struct file_operations test_pages_fops;
extern const struct file_operations test_gtod_fops;
extern const struct file_operations test_canary_fops;

int test_gtod_register(void);
void test_gtod_unregister(void);

int test_canary_register(void);
void test_canary_unregister(void);

int test_refuse_register(const char *function, unsigned int nth, long with);
void test_refuse_unregister(void);

int test_forget(void);

#endif /* GUESTCLOCK_TEST_H */
