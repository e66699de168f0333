// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into the VMM: the truth of what it does to a guest's clocks. Around each
 * KVM_GET_CLOCK and KVM_SET_CLOCK, between which kvm-clock stands still, and around
 * each read and write of a vCPU's TSC, the host's clocks are noted, one JSON line a
 * call, on the descriptor that GUESTCLOCK_CLOCK_FD names; so are the last return from
 * KVM_RUN before the former and the first KVM_RUN after the latter.
 *
 * With GUESTCLOCK_CARRY=FILE KVM_SET_CLOCK gets the wall clock of KVM_GET_CLOCK along,
 * and KVM adds what has passed since (Linux 5.16 and newer), as with VMMs whose guests
 * see no gap in kvm-clock. FILE remembers it for a VMM that goes on with this guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MSR_IA32_TSC	0x10

/**
 * struct call - one call and the host's clocks around it
 * @name: of the call
 * @before_realtime_ns: CLOCK_REALTIME before it
 * @before_raw_ns: CLOCK_MONOTONIC_RAW before it
 * @after_raw_ns: CLOCK_MONOTONIC_RAW after it
 * @after_realtime_ns: CLOCK_REALTIME after it
 */
struct call {
	const char *name;
	int64_t before_realtime_ns;
	int64_t before_raw_ns;
	int64_t after_raw_ns;
	int64_t after_realtime_ns;
};

/* When a vCPU was left the last time, and whether none has been entered since then. */
static atomic_llong left_raw_ns;
static atomic_bool all_are_left;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* noted() - the call itself, between two looks at the clocks */
static int noted(struct call *call, int fd, unsigned long request, void *argument)
{
	int result;

	call->before_realtime_ns = clock_ns(CLOCK_REALTIME);
	call->before_raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
	result = syscall(SYS_ioctl, fd, request, argument);
	call->after_raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
	call->after_realtime_ns = clock_ns(CLOCK_REALTIME);
	return result;
}

/* put() - one line; what this call has of its own comes last */
static void __attribute__((format(printf, 3, 4)))
put(const struct call *call, int result, const char *format, ...)
{
	const char *fd = getenv("GUESTCLOCK_CLOCK_FD");
	int error = errno;
	char line[768];
	va_list values;
	size_t used;

	if (!fd)
		return;
	used = snprintf(line, sizeof(line),
			"{\"call\":\"%s\",\"result\":%d,"
			"\"before_realtime_ns\":\"%" PRId64 "\","
			"\"before_monotonic_raw_ns\":\"%" PRId64 "\","
			"\"after_monotonic_raw_ns\":\"%" PRId64 "\","
			"\"after_realtime_ns\":\"%" PRId64 "\",",
			call->name, result, call->before_realtime_ns, call->before_raw_ns,
			call->after_raw_ns, call->after_realtime_ns);
	va_start(values, format);
	used += vsnprintf(line + used, sizeof(line) - used, format, values);
	va_end(values);
	used += snprintf(line + used, sizeof(line) - used, "}\n");
	if (send(atoi(fd), line, used, MSG_NOSIGNAL) < 0)
		perror("clock_truth: cannot say what was seen");
	errno = error;
}

/* remember() - what the wall clock was when kvm-clock was read */
static void remember(uint64_t clock, uint64_t realtime)
{
	const char *path = getenv("GUESTCLOCK_CARRY");
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	if (dprintf(fd, "%" PRIu64 " %" PRIu64 "\n", clock, realtime) < 0)
		perror("clock_truth: cannot keep the wall clock");
	close(fd);
}

/* remembered() - the wall clock that belongs to a reading of kvm-clock, 0 for none */
static uint64_t remembered(uint64_t clock)
{
	const char *path = getenv("GUESTCLOCK_CARRY");
	uint64_t of, realtime, found = 0;
	FILE *file = path ? fopen(path, "re") : NULL;

	if (!file)
		return 0;
	while (fscanf(file, "%" SCNu64 " %" SCNu64, &of, &realtime) == 2) {
		if (of == clock)
			found = realtime;
	}
	fclose(file);
	return found;
}

static void put_clock(const struct call *call, int result, const struct kvm_clock_data *data)
{
	put(call, result, "\"clock_ns\":\"%llu\",\"flags\":%u,\"realtime_ns\":\"%llu\","
	    "\"left_monotonic_raw_ns\":\"%lld\"", data->clock, data->flags,
	    data->flags & KVM_CLOCK_REALTIME ? data->realtime : 0, left_raw_ns);
}

static int get_clock(int fd, unsigned long request, struct kvm_clock_data *data)
{
	struct call call = { .name = "KVM_GET_CLOCK" };
	int result = noted(&call, fd, request, data);

	if (!result)
		remember(data->clock, data->flags & KVM_CLOCK_REALTIME ? data->realtime :
			 (uint64_t)call.before_realtime_ns);
	put_clock(&call, result, data);
	return result;
}

static int set_clock(int fd, unsigned long request, const struct kvm_clock_data *wanted)
{
	struct call call = { .name = "KVM_SET_CLOCK" };
	struct kvm_clock_data data = *wanted;
	int result;

	data.realtime = remembered(data.clock);
	if (data.realtime)
		data.flags |= KVM_CLOCK_REALTIME;
	result = noted(&call, fd, request, &data);
	put_clock(&call, result, &data);
	all_are_left = true;
	return result;
}

static int run(int fd, unsigned long request, void *argument)
{
	struct call call = { .name = "KVM_RUN" };
	int result;

	if (all_are_left && atomic_exchange(&all_are_left, false)) {
		call.before_realtime_ns = clock_ns(CLOCK_REALTIME);
		call.before_raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
		put(&call, 0, "\"vcpu_fd\":%d", fd);
	}
	result = syscall(SYS_ioctl, fd, request, argument);
	left_raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
	return result;
}

/* msrs() - reads or writes of MSRs, of which the TSC's are noted */
static int msrs(const char *name, int fd, unsigned long request, struct kvm_msrs *msrs)
{
	struct call call = { .name = name };
	int result = noted(&call, fd, request, msrs);
	uint32_t i;

	for (i = 0; i < msrs->nmsrs; i++) {
		if (msrs->entries[i].index == MSR_IA32_TSC)
			put(&call, result, "\"vcpu_fd\":%d,\"tsc_cycles\":\"%llu\"", fd,
			    msrs->entries[i].data);
	}
	return result;
}

/* QEMU passes the request as an int, whose sign gets extended. */
int ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list arguments;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	switch ((unsigned int)request) {
	case KVM_RUN:
		return run(fd, request, argument);
	case KVM_GET_CLOCK:
		return get_clock(fd, request, argument);
	case KVM_SET_CLOCK:
		return set_clock(fd, request, argument);
	case KVM_GET_MSRS:
		return msrs("KVM_GET_MSRS", fd, request, argument);
	case KVM_SET_MSRS:
		return msrs("KVM_SET_MSRS", fd, request, argument);
	default:
		return syscall(SYS_ioctl, fd, request, argument);
	}
}
