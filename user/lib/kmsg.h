/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_KMSG_H
#define GUESTCLOCK_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct gc_kmsg_line - One line of the kernel's log.
 * @seq: its number, gapless within a boot
 * @usec: its time stamp, us of the kernel's log clock
 * @priority: severity, 0 to 7
 * @text: the text, without continuation keys
 */
struct gc_kmsg_line {
	uint64_t seq;
	uint64_t usec;
	unsigned int priority;
	char text[1024];
};

int gc_kmsg_open(void);
int gc_kmsg_read(int fd, struct gc_kmsg_line *line);
int gc_kmsg_parse(const char *record, size_t len, struct gc_kmsg_line *line);
bool gc_kmsg_is_about_clocks(const char *text);

#endif /* GUESTCLOCK_KMSG_H */
