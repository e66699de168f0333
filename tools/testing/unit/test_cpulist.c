// SPDX-License-Identifier: GPL-2.0-only
/* Lists of CPUs, and which of them are to be left alone. */

#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "cpulist.h"
#include "tap.h"

#define CPUS 16

/* What a list has of CPUs 0 to 15, lowest bit first. */
static const struct {
	const char *list;
	unsigned int cpus;
} lists[] = {
	{ "", 0 },
	{ "1", 1 << 1 },
	{ "0-2", 7 },
	{ "1,3-4,9", 1 << 1 | 3 << 3 | 1 << 9 },
	{ "5-5,8", 1 << 5 | 1 << 8 },
	{ "10", 1 << 10 },
	{ "13-4096", 7 << 13 },
	{ "(null)", 0 },
	{ "  1", 0 },
	{ "2-", 0 },
	{ "2,,3", 1 << 2 },
	{ "99999999999999999999999", 0 },
};

static void test_lists(struct tap *tap)
{
	unsigned int cpu, wrong = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		for (cpu = 0; cpu < CPUS; cpu++) {
			if (gc_cpulist_has(lists[i].list, cpu) == (lists[i].cpus >> cpu & 1))
				continue;
			printf("# \"%s\": CPU %u\n", lists[i].list, cpu);
			wrong++;
		}
	}
	tap_case(tap, !wrong, "every CPU of a list is in it, and no other");
	tap_case(tap, gc_cpulist_has("13-4096", 4096) && !gc_cpulist_has("13-4096", 4097),
		 "to its very end");
}

static bool put(const char *root, const char *name, const char *text)
{
	char path[160];
	FILE *to;
	bool good;

	snprintf(path, sizeof(path), "%s/devices/system/cpu/%s", root, name);
	to = tap_open(path, "w");
	good = to && fputs(text, to) >= 0;
	if (to)
		fclose(to);
	return good;
}

static void test_files(struct tap *tap)
{
	char root[64] = "/tmp/guestclock-unit.XXXXXX", command[160];
	struct gc_isolated isolated;

	if (!mkdtemp(root))
		abort();
	gc_isolated_read(&isolated, root);
	tap_case(tap, !gc_isolated_has(&isolated, 0) && !gc_isolated_has(&isolated, 1),
		 "a kernel that knows no isolation isolates none");
	snprintf(command, sizeof(command), "mkdir -p %s/devices/system/cpu", root);
	if (system(command) || !put(root, "isolated", "1\n") ||
	    !put(root, "nohz_full", "3-4\n"))
		abort();
	gc_isolated_read(&isolated, root);
	tap_case(tap, !gc_isolated_has(&isolated, 0) && gc_isolated_has(&isolated, 1) &&
		 !gc_isolated_has(&isolated, 2) && gc_isolated_has(&isolated, 3) &&
		 gc_isolated_has(&isolated, 4),
		 "isolated and nohz_full CPUs are to be left alone");
	snprintf(command, sizeof(command), "rm -r %s", root);
	if (system(command))
		abort();
}

int main(void)
{
	struct tap tap = { 0 };

	test_lists(&tap);
	test_files(&tap);

	return tap_end(&tap);
}
