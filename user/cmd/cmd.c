// SPDX-License-Identifier: GPL-2.0-only
/* What the verbs have in common. */
#include "cmd.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "failure.h"
#include "say.h"

/**
 * gc_cmd_usage() - Print how a verb is used.
 * @cmd: the verb
 * @to: where it goes
 *
 * Return: GC_EXIT_OK.
 */
int gc_cmd_usage(const struct gc_cmd *cmd, FILE *to)
{
	fprintf(to, "usage: guestclock %s %s\n%s\n", cmd->name, cmd->synopsis, cmd->summary);
	return GC_EXIT_OK;
}

/**
 * gc_cmd_bad_usage() - Tell what is wrong with a command line.
 * @cmd: the verb
 * @format: what is wrong
 *
 * Return: GC_EXIT_USAGE.
 */
int gc_cmd_bad_usage(const struct gc_cmd *cmd, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	gc_say("%s: %s; usage: guestclock %s %s", cmd->name, text, cmd->name, cmd->synopsis);
	return GC_EXIT_USAGE;
}

/**
 * gc_cmd_format() - Parse the command line of a verb that takes only -o.
 * @cmd: the verb
 * @argc: number of arguments
 * @argv: the arguments
 * @format: where the format goes
 *
 * Return: -1 to go on, or the exit code to end with.
 */
int gc_cmd_format(const struct gc_cmd *cmd, int argc, char **argv, enum gc_format *format)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int option;

	*format = GC_FORMAT_TEXT;
	while ((option = getopt_long(argc, argv, ":o:h", options, NULL)) != -1) {
		if (option == 'h')
			return gc_cmd_usage(cmd, stdout);
		if (option != 'o')
			return gc_cmd_bad_usage(cmd, "bad option '%s'", argv[optind - 1]);
		if (gc_format_parse(optarg, format))
			return gc_cmd_bad_usage(cmd, "no output format '%s'", optarg);
	}
	if (optind < argc)
		return gc_cmd_bad_usage(cmd, "unexpected argument '%s'", argv[optind]);
	return -1;
}

/**
 * struct printing - Rows on their way to the writer.
 * @query: what was asked
 * @writer: prints them
 */
struct printing {
	const struct gc_query *query;
	struct gc_writer writer;
};

static int print_row(struct gc_row *row, void *arg)
{
	struct printing *printing = arg;

	if (printing->query->look)
		printing->query->look(row, printing->query->arg);
	return gc_writer_row(&printing->writer, row);
}

/**
 * gc_cmd_print_rows() - Ask the module for rows and print them.
 * @link: the link
 * @query: what to ask for
 * @format: the format
 *
 * Return: an exit code; failures have been told.
 */
int gc_cmd_print_rows(struct gc_link *link, const struct gc_query *query,
		      enum gc_format format)
{
	struct printing printing = { .query = query };
	int err;

	gc_writer_begin(&printing.writer, format, query->schema, stdout);
	err = gc_link_get(link, query->cmd, query->dump, query->schema, print_row, &printing);
	if (gc_writer_end(&printing.writer) && !err) {
		gc_say("%s: cannot write the output", query->schema->name);
		return GC_EXIT_ERROR;
	}
	return err ? gc_failure_say(err, query->schema->name) : GC_EXIT_OK;
}
