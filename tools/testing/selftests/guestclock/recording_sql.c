// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run SQL on a recording and print the rows, columns separated by blanks:
 * recording_sql FILE SQL. For what no program of ours is meant to do, such as
 * an integrity check, or making a recording of another schema.
 */
#include <sqlite3.h>
#include <stdio.h>

static int print_row(void *unused, int columns, char **values, char **names)
{
	int i;

	(void)unused;
	(void)names;
	for (i = 0; i < columns; i++)
		printf("%s%s", values[i] ? values[i] : "-", i + 1 < columns ? " " : "\n");
	return 0;
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	int ret;

	if (argc != 3) {
		fprintf(stderr, "usage: recording_sql FILE SQL\n");
		return 64;
	}
	ret = sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL);
	if (!ret) {
		sqlite3_busy_timeout(db, 5000);
		ret = sqlite3_exec(db, argv[2], print_row, NULL, NULL);
	}
	if (ret)
		fprintf(stderr, "recording_sql: %s: %s\n", argv[1], sqlite3_errmsg(db));
	sqlite3_close(db);
	return ret ? 1 : 0;
}
