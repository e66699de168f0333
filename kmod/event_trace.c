// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the tracepoint guestclock:event lives.
 */

#define CREATE_TRACE_POINTS
#include "event_trace.h"
