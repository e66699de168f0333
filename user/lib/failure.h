/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_FAILURE_H
#define GUESTCLOCK_FAILURE_H

#include "exit.h"

enum gc_exit gc_failure_absent(const char *proc, const char *sys);
enum gc_exit gc_failure_say(int err, const char *doing);

#endif /* GUESTCLOCK_FAILURE_H */
