/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_KERNEL_LINES_H
#define GUESTCLOCK_KERNEL_LINES_H

#include "kmsg.h"
#include "store.h"

/**
 * struct gc_kernel_lines - The kernel's own lines on their way into a store.
 * @fd: of /dev/kmsg, -1 without
 * @live: the lines from before the recording have been read
 */
struct gc_kernel_lines {
	int fd;
	bool live;
};

void gc_kernel_lines_open(struct gc_kernel_lines *lines);
void gc_kernel_lines_close(struct gc_kernel_lines *lines);
int gc_kernel_lines_store(struct gc_kernel_lines *lines, struct gc_store *store,
			  const struct gc_identity *identity);
json_t *gc_kernel_line_to_json(const struct gc_kmsg_line *line, bool live,
			       const struct gc_identity *identity);

#endif /* GUESTCLOCK_KERNEL_LINES_H */
