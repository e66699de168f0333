// SPDX-License-Identifier: GPL-2.0-only
/* Records of the kernel's log to rows of a recording. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kernel_lines.h"

/* The kernel escapes what is not printable ASCII, so it is whole in JSON. */
static void check_json(const struct gc_kmsg_line *line)
{
	static const struct gc_identity identity = { "machine", "boot" };
	json_t *object = gc_kernel_line_to_json(line, line->seq & 1, &identity), *back;
	char *text;

	fuzz_expect(object, "a line is written");
	text = json_dumps(object, JSON_COMPACT);
	fuzz_expect(text, "a line is JSON");
	back = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	fuzz_expect(json_equal(object, back), "a line survives JSON");
	fuzz_expect(!strcmp(json_string_value(json_object_get(back, "text")), line->text),
		    "a line's text survives JSON");
	json_decref(back);
	json_decref(object);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gc_kmsg_line line;
	char *record = fuzz_copy(data, size, 1);

	if (!gc_kmsg_parse(record, size, &line)) {
		fuzz_expect(line.priority < 8, "a priority is one of eight");
		fuzz_expect(strlen(line.text) < sizeof(line.text), "a text ends");
		gc_kmsg_is_about_clocks(line.text);
		check_json(&line);
	}
	free(record);
	return 0;
}
