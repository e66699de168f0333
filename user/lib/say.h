/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SAY_H
#define GUESTCLOCK_SAY_H

void gc_say_name(const char *program);
void gc_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* GUESTCLOCK_SAY_H */
