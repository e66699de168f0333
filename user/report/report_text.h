/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_REPORT_TEXT_H
#define GUESTCLOCK_REPORT_TEXT_H

#include <stdio.h>

#include "timeline.h"

void gc_report_text_incident(FILE *to, const struct gc_row *incident);
void gc_report_text(FILE *to, const char *path, const struct gc_timeline *timeline);

#endif /* GUESTCLOCK_REPORT_TEXT_H */
