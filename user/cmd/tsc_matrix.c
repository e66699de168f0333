// SPDX-License-Identifier: GPL-2.0-only
/* guestclock tsc --matrix: every CPU against every other one. */
#include <linux/guestclock.h>

#include "cpulist.h"
#include "failure.h"
#include "matrix.h"
#include "say.h"
#include "schema.h"
#include "tsc_show.h"
#include "tsc_verb.h"

/**
 * struct cpus - CPUs on their way into the matrix.
 * @matrix: the matrix
 * @isolated: CPUs to leave alone; one that was measured by its number shows no sign
 *   of it in its row
 * @left_alone: how many were left alone
 */
struct cpus {
	struct gc_matrix *matrix;
	struct gc_isolated isolated;
	unsigned int left_alone;
};

static int take_cpu(struct gc_row *row, void *arg)
{
	unsigned int cpu = row->v[GC_TSC_CPU].u;
	struct cpus *cpus = arg;
	int err = 0;

	if (row->v[GC_TSC_STATE].u == GUESTCLOCK_TSC_STATE_LEFT_ALONE ||
	    gc_isolated_has(&cpus->isolated, cpu))
		cpus->left_alone++;
	else if (gc_matrix_add_cpu(cpus->matrix, cpu))
		err = -NLE_NOMEM;
	gc_row_free(row);
	return err;
}

/**
 * struct answer - Where the answer for a pair goes.
 * @matrix: the matrix
 * @first: index of the reference CPU
 * @second: index of the other one
 */
struct answer {
	struct gc_matrix *matrix;
	size_t first;
	size_t second;
};

static int take_pair(struct gc_row *row, void *arg)
{
	const struct answer *answer = arg;

	gc_matrix_put(answer->matrix, answer->first, answer->second, row);
	return 0;
}

static int measure(struct gc_link *link, struct answer *answer, uint32_t rounds)
{
	struct nl_msg *msg = gc_link_request(link, GUESTCLOCK_CMD_TSC_PAIR_MEASURE, false);
	const unsigned int *cpus = answer->matrix->cpus;
	int err;

	if (!msg || nla_put_u32(msg, GUESTCLOCK_A_TSC_CPU, cpus[answer->second]) ||
	    nla_put_u32(msg, GUESTCLOCK_A_TSC_REF_CPU, cpus[answer->first]) ||
	    (rounds && nla_put_u32(msg, GUESTCLOCK_A_TSC_ROUNDS_WANTED, rounds))) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	err = gc_link_run(link, msg, &gc_schema_pair, take_pair, answer);
	/* A CPU that left meanwhile is no error, and is shown as gone. */
	return err == -NLE_NODEV ? 0 : err;
}

static int measure_all(struct gc_link *link, struct gc_matrix *matrix, uint32_t rounds)
{
	struct answer answer = { .matrix = matrix };
	int err;

	for (answer.second = 1; answer.second < matrix->count; answer.second++) {
		for (answer.first = 0; answer.first < answer.second; answer.first++) {
			err = measure(link, &answer, rounds);
			if (err)
				return err;
		}
	}
	return 0;
}

static void print_rows(const struct gc_matrix *matrix, enum gc_format format)
{
	struct gc_writer writer;
	size_t i;

	gc_writer_begin(&writer, format, &gc_schema_pair, stdout);
	for (i = 0; i < gc_sides_count(matrix->count); i++) {
		if (!matrix->rows[i])
			continue;
		gc_writer_row(&writer, matrix->rows[i]);
		/* The writer has it now. */
		matrix->rows[i] = NULL;
	}
	gc_writer_end(&writer);
}

static int print(struct gc_matrix *matrix, enum gc_format format)
{
	gc_matrix_check(matrix);
	if (format == GC_FORMAT_TEXT)
		gc_matrix_print(stdout, matrix);
	else
		print_rows(matrix, format);
	return matrix->triangles.open ? GC_EXIT_CONDITION : GC_EXIT_OK;
}

/* None where they are to be measured as well. */
static int read_isolated(struct gc_link *link, struct gc_isolated *isolated)
{
	struct gc_row *sweep;
	int err;

	err = gc_tsc_get_sweep(link, &sweep);
	if (err)
		return err;
	if (!sweep || !sweep->v[GC_TSC_SWEEP_ISOLATED].u)
		gc_isolated_read(isolated, "/sys");
	gc_row_free(sweep);
	return 0;
}

static int fill(struct gc_link *link, struct gc_matrix *matrix, uint32_t rounds)
{
	struct cpus cpus = { .matrix = matrix };
	int err;

	err = read_isolated(link, &cpus.isolated);
	if (err)
		return err;
	err = gc_link_get(link, GUESTCLOCK_CMD_TSC_GET, true, &gc_schema_tsc, take_cpu, &cpus);
	if (!err && gc_matrix_ready(matrix))
		err = -NLE_NOMEM;
	if (!err && cpus.left_alone)
		gc_say("tsc --matrix: %u isolated CPUs are left alone; 'guestclock tsc --set"
		       " isolated=1' changes that", cpus.left_alone);
	return err ? err : measure_all(link, matrix, rounds);
}

/**
 * gc_tsc_matrix() - Measure every CPU against every other one, and print that.
 * @link: the link
 * @request: what the command line asks for
 *
 * Return: an exit code, GC_EXIT_CONDITION when offsets contradict each other; failures
 * have been told.
 */
int gc_tsc_matrix(struct gc_link *link, const struct gc_tsc_request *request)
{
	struct gc_matrix matrix = { .count = 0 };
	int ret;

	ret = fill(link, &matrix, request->rounds);
	if (ret) {
		ret = gc_failure_say(ret, "tsc --matrix");
	} else if (matrix.count < 2) {
		gc_say("tsc --matrix: there are no two CPUs to measure");
		ret = GC_EXIT_ABSENT;
	} else {
		ret = print(&matrix, request->format);
	}
	gc_matrix_free(&matrix);
	return ret;
}
