// SPDX-License-Identifier: GPL-2.0-only
/* What the verbs have in common. */
#include "cmd.h"

#include "failure.h"

const struct option gc_cmd_format_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static int take_format(int option, const char *value, void *arg)
{
	(void)option;
	return gc_format_parse(value, arg);
}

/**
 * gc_cmd_format() - Parse the command line of a verb that takes only a format.
 * @cmd: the verb
 * @argc: number of arguments
 * @argv: the arguments
 * @format: where the format goes
 *
 * Return: -1 to go on, or the exit code to end with.
 */
int gc_cmd_format(const struct gc_cmd *cmd, int argc, char **argv, enum gc_format *format)
{
	int ret;

	*format = GC_FORMAT_TEXT;
	ret = gc_options_parse(&cmd->usage, argc, argv, take_format, format);
	if (ret < 0 && optind < argc)
		return gc_options_bad(&cmd->usage, "unexpected argument '%s'", argv[optind]);
	return ret;
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
	gc_writer_end(&printing.writer);
	return err ? gc_failure_say(err, query->schema->name) : GC_EXIT_OK;
}
