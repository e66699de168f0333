// SPDX-License-Identifier: GPL-2.0-only
/* What the CPU tells of its TSC and of its hypervisor. */
#include "cpu_facts.h"

#include <cpuid.h>
#include <stdlib.h>
#include <string.h>

/* Hypervisors that stand in for several have one signature for each. */
#define SIGNATURE_FIRST	0x40000000u
#define SIGNATURE_LAST	0x4000ff00u
#define SIGNATURE_STEP	0x100u
#define HYPERVISOR_BIT	0x80000000u

static bool is_kvm(void)
{
	unsigned int a, b, c, d, leaf;
	char signature[12];

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & HYPERVISOR_BIT))
		return false;
	for (leaf = SIGNATURE_FIRST; leaf <= SIGNATURE_LAST; leaf += SIGNATURE_STEP) {
		__cpuid(leaf, a, b, c, d);
		memcpy(signature, &b, 4);
		memcpy(signature + 4, &c, 4);
		memcpy(signature + 8, &d, 4);
		if (!memcmp(signature, "KVMKVMKVM\0\0\0", 12))
			return true;
	}
	return false;
}

/**
 * gc_cpu_facts_parse() - Find the facts in a /proc/cpuinfo.
 * @facts: filled, but for @facts->is_kvm
 * @cpuinfo: the file; the first CPU speaks for all
 */
void gc_cpu_facts_parse(struct gc_cpu_facts *facts, FILE *cpuinfo)
{
	char *line = NULL, *word, *rest;
	size_t size = 0;

	while (!facts->known && getline(&line, &size, cpuinfo) > 0) {
		word = strtok_r(line, " \t:\n", &rest);
		if (!word || strcmp(word, "flags"))
			continue;
		facts->known = true;
		while ((word = strtok_r(NULL, " \t:\n", &rest))) {
			facts->constant_tsc |= !strcmp(word, "constant_tsc");
			facts->nonstop_tsc |= !strcmp(word, "nonstop_tsc");
			facts->tsc_adjust |= !strcmp(word, "tsc_adjust");
			facts->tsc_known_freq |= !strcmp(word, "tsc_known_freq");
		}
	}
	free(line);
}

/**
 * gc_cpu_facts_read() - Ask this CPU.
 * @facts: filled, with nothing where /proc/cpuinfo cannot be read
 */
void gc_cpu_facts_read(struct gc_cpu_facts *facts)
{
	FILE *cpuinfo = fopen("/proc/cpuinfo", "re");

	memset(facts, 0, sizeof(*facts));
	facts->is_kvm = is_kvm();
	if (!cpuinfo)
		return;
	gc_cpu_facts_parse(facts, cpuinfo);
	fclose(cpuinfo);
}
