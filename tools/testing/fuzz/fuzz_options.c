// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command lines of the verbs, one word a line of the input, with no module to
 * talk to; and words of the ABI.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "array.h"
#include "cmd/cmd.h"
#include "fuzz.h"

#define WORDS_MAX 16

static const struct gc_cmd *const verbs[] = {
	&gc_cmd_status, &gc_cmd_pvclock, &gc_cmd_tsc,
	&gc_cmd_clocksource, &gc_cmd_monitor, &gc_cmd_record,
	&gc_cmd_check,
};

static const struct gc_words *const words[] = {
	&gc_words_event_type, &gc_words_source, &gc_words_page_state,
	&gc_words_tsc_state, &gc_words_observer_state, &gc_words_lost_reason,
};

/* Instead of libc's: no command line may reach a module that is loaded here. */
int socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	errno = EAFNOSUPPORT;
	return -1;
}

/* Instead of libc's: check has no CPU to keep busy. */
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	(void)pid;
	(void)size;
	(void)set;
	errno = EPERM;
	return -1;
}

static void check_word(const char *text)
{
	uint32_t value, again;
	char buf[40];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (gc_words_value(words[i], text, &value))
			continue;
		fuzz_expect(!gc_words_value(words[i],
					    gc_words_name(words[i], value, buf, sizeof(buf)),
					    &again) && again == value,
			    "the name of a value is that value's");
	}
}

static void check_exit(int code)
{
	static const int codes[] = {
		GC_EXIT_OK, GC_EXIT_ERROR, GC_EXIT_ABSENT, GC_EXIT_NAMESPACE, GC_EXIT_USAGE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		if (code == codes[i])
			return;
	}
	fuzz_expect(false, "the exit code is one of those documented");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *rest, *word, *argv[WORDS_MAX + 2];
	const struct gc_cmd *verb;
	int argc = 1;

	if (!size)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	fuzz_expect(text, "there is memory");
	verb = verbs[data[0] % ARRAY_SIZE(verbs)];
	argv[0] = (char *)verb->usage.name;
	for (word = strtok_r(text, "\n", &rest); word && argc <= WORDS_MAX;
	     word = strtok_r(NULL, "\n", &rest)) {
		check_word(word);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	/* 0 makes getopt forget where in a word it stopped. */
	optind = 0;
	check_exit(verb->run(argc, argv));
	free(text);
	return 0;
}
