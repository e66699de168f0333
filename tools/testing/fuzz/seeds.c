// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzz targets begin with: messages made by the client's own schemas,
 * the recordings named, and a dictionary of keys and words.
 * Usage: seeds DIRECTORY RECORDING...
 */
#include <errno.h>
#include <linux/guestclock.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "fuzz.h"
#include "schema.h"

#define DATAGRAM_MAX 4096

static const char *directory;

static FILE *new_file(const char *target, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, target);
	fuzz_expect(!mkdir(path, 0777) || errno == EEXIST, "the directory can be made");
	snprintf(path, sizeof(path), "%s/%s/%s", directory, target, name);
	file = fopen(path, "we");
	fuzz_expect(file, "a seed can be written");
	return file;
}

static void put_length(FILE *to, size_t len)
{
	fputc((int)(len & 0xff), to);
	fputc((int)(len >> 8), to);
}

/* The first column of a nest opens it, and the last one closes it. */
static void put_columns(struct nl_msg *msg, const struct gc_schema *schema, uint64_t number)
{
	const struct gc_field *field;
	struct nlattr *nest = NULL, *row;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		field = &schema->field[i];
		if (!field->attr)
			continue;
		if (field->nest && !nest)
			nest = nla_nest_start(msg, field->nest);
		if (!field->nest && nest) {
			nla_nest_end(msg, nest);
			nest = NULL;
		}
		switch (field->kind) {
		case GC_KIND_TEXT:
			nla_put_string(msg, field->attr, "tsc");
			break;
		case GC_KIND_ROW:
			row = nla_nest_start(msg, field->attr);
			put_columns(msg, field->schema, number);
			nla_nest_end(msg, row);
			break;
		case GC_KIND_COUNTER:
		case GC_KIND_INSTANT:
		case GC_KIND_ID:
			nla_put_u64(msg, field->attr, number);
			break;
		default:
			nla_put_u32(msg, field->attr, (uint32_t)number);
			break;
		}
	}
	if (nest)
		nla_nest_end(msg, nest);
}

static struct nl_msg *new_message(int type, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	fuzz_expect(msg && genlmsg_put(msg, 0, 0, type, 0, flags, cmd,
				       GUESTCLOCK_FAMILY_VERSION), "there is memory");
	return msg;
}

static void put_datagram(FILE *to, struct nl_msg *msg)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);

	put_length(to, header->nlmsg_len);
	fwrite(header, 1, header->nlmsg_len, to);
	nlmsg_free(msg);
}

static void put_row_datagram(FILE *to, const struct gc_schema *schema, uint64_t number)
{
	struct nl_msg *msg = new_message(FUZZ_FAMILY, GUESTCLOCK_CMD_EVENT_NTF, NLM_F_MULTI);

	put_columns(msg, schema, number);
	put_datagram(to, msg);
}

/* The last message of a dump, an acknowledgment, or a refusal with words. */
static void put_end(FILE *to, int type, int code)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, code ? NLM_F_ACK_TLVS : NLM_F_MULTI);
	struct nlmsgerr error = { .error = code, .msg = { .nlmsg_len = sizeof(error.msg) } };

	fuzz_expect(msg, "there is memory");
	if (type == NLMSG_DONE)
		nlmsg_append(msg, &code, sizeof(code), 0);
	else
		nlmsg_append(msg, &error, sizeof(error), 0);
	if (code)
		nla_put_string(msg, NLMSGERR_ATTR_MSG, "no such thing");
	put_datagram(to, msg);
}

static void put_attributes(void)
{
	struct genlmsghdr *header;
	struct nl_msg *msg;
	size_t i;
	FILE *to;

	for (i = 0; i < FUZZ_SCHEMAS; i++) {
		msg = new_message(FUZZ_FAMILY, 0, 0);
		put_columns(msg, fuzz_schemas[i], i + 1);
		nla_put_u32(msg, 900, 1);
		header = nlmsg_data(nlmsg_hdr(msg));
		to = new_file("fuzz_attributes", fuzz_schemas[i]->name);
		fputc((int)i, to);
		fwrite(genlmsg_attrdata(header, 0), 1, (size_t)genlmsg_attrlen(header, 0), to);
		fclose(to);
		nlmsg_free(msg);
	}
}

static void put_answers(void)
{
	size_t i;
	FILE *to;

	for (i = 0; i < FUZZ_SCHEMAS; i++) {
		to = new_file("fuzz_messages", fuzz_schemas[i]->name);
		fputc((int)i, to);
		put_row_datagram(to, fuzz_schemas[i], 1);
		put_end(to, NLMSG_DONE, 0);
		fclose(to);
	}
	to = new_file("fuzz_messages", "refused");
	fputc(0, to);
	put_end(to, NLMSG_ERROR, -1);
	fclose(to);
	to = new_file("fuzz_messages", "half-dumped");
	fputc(8, to);
	put_row_datagram(to, fuzz_schemas[0], 1);
	put_end(to, NLMSG_DONE, -4);
	fclose(to);
}

static void put_status_answer(FILE *to, uint64_t head)
{
	put_row_datagram(to, &gc_schema_status, head);
	put_end(to, NLMSG_ERROR, 0);
}

/* A status, what the log has, events as they come, an overrun, a reload. */
static void put_following(void)
{
	FILE *to = new_file("fuzz_messages", "following");
	struct nl_msg *notice;
	uint64_t seq;

	fputc(0x80, to);
	put_status_answer(to, 3);
	put_status_answer(to, 3);
	for (seq = 1; seq < 3; seq++)
		put_row_datagram(to, &gc_schema_event, seq);
	put_end(to, NLMSG_DONE, 0);
	for (; seq < 6; seq++)
		put_row_datagram(to, &gc_schema_event, seq);
	put_length(to, 0xffff);
	put_length(to, 0xfffe);
	put_status_answer(to, 8);
	put_row_datagram(to, &gc_schema_event, 7);
	put_end(to, NLMSG_DONE, 0);
	notice = new_message(GENL_ID_CTRL, CTRL_CMD_DELFAMILY, 0);
	nla_put_string(notice, CTRL_ATTR_FAMILY_NAME, GUESTCLOCK_FAMILY_NAME);
	put_datagram(to, notice);
	put_status_answer(to, 2);
	fclose(to);
}

static void put_chunk(FILE *to, int table, int type, const char *text)
{
	fputc(table, to);
	fputc(type, to);
	put_length(to, strlen(text));
	fputs(text, to);
}

/* Lines of a recording, as they are and as rows of a database. */
static void put_recording(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	FILE *from = fopen(path, "re"), *lines, *rows;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int table;

	fuzz_expect(from, "the recording can be read");
	lines = new_file("fuzz_recording", name);
	rows = new_file("fuzz_database", name);
	while ((len = getline(&line, &room, from)) > 0) {
		fputs(line, lines);
		line[len - 1] = '\0';
		table = strstr(line, "\"kmsg\"") ? 2 : strstr(line, "\"context\"") ? 3 : 0;
		put_chunk(rows, table, 0, line);
	}
	free(line);
	fclose(from);
	fclose(lines);
	fclose(rows);
}

/* Cells of other types than record writes, and a change of the tables. */
static void put_odd_cells(void)
{
	FILE *to = new_file("fuzz_database", "odd-cells");
	int table;

	for (table = 0; table < 4; table++)
		put_chunk(to, table, 1 + table % 3, "{\"seq\":\"1\",\"type\":\"lost\"}");
	put_chunk(to, 3, 4, "");
	fclose(to);
}

static void put_text(const char *target, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_text(const char *target, const char *name, const char *format, ...)
{
	FILE *to = new_file(target, name);
	va_list args;

	va_start(args, format);
	vfprintf(to, format, args);
	va_end(args);
	fclose(to);
}

static void put_texts(void)
{
	put_text("fuzz_kmsg", "mark",
		 "4,371,17270531,-;clocksource: Marking clocksource tsc unstable\n");
	put_text("fuzz_kmsg", "keys",
		 "30,5,6,c,caller=T1;user; text\n SUBSYSTEM=x\n DEVICE=y\n");
	put_text("fuzz_options", "monitor", "%c%s", 4, "--since\n3\n-o\njson\nrest");
	put_text("fuzz_options", "tsc", "%c%s", 2, "--measure\n-ocsv\n");
	put_text("fuzz_options", "clocksource", "%c%s", 3, "--cross-check=3\n-o\njson\n");
	put_text("fuzz_options", "record", "%c%s", 5, "-v\n--help\nfile");
	put_text("fuzz_options", "check", "%c%s", 6, "--monotonic\n1.5ms\n-ojson");
	put_text("fuzz_options", "words", "%c%s", 0, "type_42\nstate_7\npvclock_update\nlost");
	put_text("fuzz_cross", "readings", "%064d%0400d", 7, 1);
}

static void put_schema_words(FILE *to, const struct gc_schema *schema)
{
	const struct gc_field *field;
	unsigned int value;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		field = &schema->field[i];
		fprintf(to, "\"\\\"%s\\\":\"\n", field->key);
		for (value = 0; field->words && value < 16; value++) {
			if (field->words->word(value))
				fprintf(to, "\"\\\"%s\\\"\"\n", field->words->word(value));
		}
	}
}

static void put_dictionary(void)
{
	static const char *const words[] = {
		"record", "kmsg", "context", "cpus_online", "kernel", "live", "priority", "text",
		"kmsg_seq", "--since", "--history", "--output", "--measure", "--verbose", "json",
	};
	FILE *to = new_file(".", "words.dict");
	size_t i;

	for (i = 0; i < FUZZ_SCHEMAS; i++)
		put_schema_words(to, fuzz_schemas[i]);
	put_schema_words(to, &gc_schema_page);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		fprintf(to, "\"%s\"\n", words[i]);
	fclose(to);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3) {
		fputs("usage: seeds DIRECTORY RECORDING...\n", stderr);
		return 64;
	}
	directory = argv[1];
	put_attributes();
	put_answers();
	put_following();
	put_texts();
	put_odd_cells();
	for (i = 2; i < argc; i++)
		put_recording(argv[i]);
	put_dictionary();
	return 0;
}
