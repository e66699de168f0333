// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own lines about clocks, from /dev/kmsg. */
#include "kmsg.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "array.h"

/* Lines worth keeping contain one of these, not within a longer word, in any case. */
static const char *const words[] = {
	"clocksource", "clocksources", "clockevents", "sched_clock", "timekeeping", "tsc",
	"tsc_adjust", "kvm-clock", "kvm-clocks", "kvmclock", "pvclock", "hpet", "acpi_pm",
	"refined-jiffies", "rtc", "rtc_cmos", "ptp", "ptp_kvm", "vmclock", "vmgenid",
	"guestclock", "watchdog", "unstable", "hrtimer", "pm-timer", "time source",
	"soft lockup", "hard lockup", "detected stall",
	"detected stalls", "self-detected stall", "is now offline", "booting node",
	"suspend entry", "suspend exit", "hibernation entry", "hibernation exit",
};

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A number may follow, as in hpet0. */
static bool continues_word(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

/**
 * gc_kmsg_is_about_clocks() - Whether a line belongs into a recording.
 * @text: the line
 *
 * Return: true for lines about clocks, CPUs that come and go, and sleep.
 */
bool gc_kmsg_is_about_clocks(const char *text)
{
	const char *at;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		len = strlen(words[i]);
		for (at = text; (at = strcasestr(at, words[i])); at++) {
			if ((at == text || !is_word_char(at[-1])) && !continues_word(at[len]))
				return true;
		}
	}
	return false;
}

/**
 * gc_kmsg_open() - Open the kernel's log at its oldest line.
 *
 * Return: a descriptor that does not block, or a negative errno.
 */
int gc_kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * The kernel escapes what is not printable ASCII. A text is JSON in a recording,
 * so bytes that were not are escaped in the same way.
 */
static void copy_text(char *to, size_t room, const char *from, const char *end)
{
	unsigned char byte;
	int len;

	for (; from < end; from++) {
		byte = *from;
		if (byte >= ' ' && byte <= '~')
			len = snprintf(to, room, "%c", byte);
		else
			len = snprintf(to, room, "\\x%02x", byte);
		if ((size_t)len >= room)
			break;
		to += len;
		room -= len;
	}
	*to = '\0';
}

/**
 * gc_kmsg_parse() - Take a record of /dev/kmsg apart.
 * @record: "priority,seq,usec,flags[,...];text\n[ KEY=value\n...]", ended by a NUL
 * @len: its length without the NUL
 * @line: where the parts go
 *
 * Return: 0, or -EINVAL when it is no such record.
 */
int gc_kmsg_parse(const char *record, size_t len, struct gc_kmsg_line *line)
{
	const char *text, *end;
	unsigned int prefix;

	text = memchr(record, ';', len);
	if (!text || sscanf(record, "%u,%" SCNu64 ",%" SCNu64, &prefix, &line->seq,
			    &line->usec) != 3)
		return -EINVAL;
	line->priority = prefix & 7;
	text++;
	end = memchr(text, '\n', len - (text - record));
	if (!end)
		end = record + len;
	copy_text(line->text, sizeof(line->text), text, end);
	return 0;
}

/**
 * gc_kmsg_read() - Read the next line.
 * @fd: from gc_kmsg_open()
 * @line: where it goes
 *
 * Return: 1 for a line, 0 when there is none yet, or a negative errno; -EPIPE
 * when lines were overwritten before they were read, and reading goes on.
 */
int gc_kmsg_read(int fd, struct gc_kmsg_line *line)
{
	char record[8192];
	ssize_t len;

	do {
		len = read(fd, record, sizeof(record) - 1);
		if (len < 0 && errno == EAGAIN)
			return 0;
		if (len < 0 && errno != EINTR)
			return -errno;
		if (!len)
			return 0;
		if (len > 0)
			record[len] = '\0';
	} while (len < 0 || gc_kmsg_parse(record, len, line));
	return 1;
}
