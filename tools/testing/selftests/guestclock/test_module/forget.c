// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forgets memory on purpose: what looks for leaks has to find some of it, or its
 * silence about others means nothing.
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "guestclock_test.h"

/* As long as what guestclock keeps of its CPUs; the words show in kmemleak. */
#define FORGOTTEN_SIZE	192
/* What an old stack still holds hides one of them, not all. */
#define FORGOTTEN_TIMES	8

/**
 * test_forget() - allocate memory that nobody will free
 *
 * Return: 0 or -ENOMEM.
 */
int test_forget(void)
{
	char *forgotten;
	int i;

	for (i = 0; i < FORGOTTEN_TIMES; i++) {
		forgotten = kzalloc(FORGOTTEN_SIZE, GFP_KERNEL);
		if (!forgotten)
			return -ENOMEM;
		strscpy(forgotten, "left on purpose", FORGOTTEN_SIZE);
	}

	return 0;
}
