# SPDX-License-Identifier: GPL-2.0-only
#
# What the programs are made of, shared with the unit tests, which build the
# same files with sanitizers.

GC_PACKAGES := libnl-3.0 libnl-genl-3.0 sqlite3 jansson
GC_DEBIAN_PACKAGES := pkg-config libnl-3-dev libnl-genl-3-dev libsqlite3-dev libjansson-dev

GC_BASE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -Wall -Wextra \
	-I$(top)/kmod/include/uapi -I$(top)/kmod/generated \
	-I$(top)/user -I$(top)/user/lib -I$(top)/user/out

GC_LIB := $(addprefix lib/,\
	clock_advice.o clock_options.o clock_read.o clocksource_sysfs.o context.o \
	context_clocks.o cpu_facts.o cpulist.o cross_advance.o cross_check.o cross_rows.o \
	cross_vote.o cross_words.o db_error.o decode.o duration.o failure.o follow.o \
	follow_deliver.o identity.o kernel_lines.o kmsg.o link.o loop.o matrix.o \
	monotonic.o options.o program.o \
	record_resume.o recording.o recording_db.o row.o row_json.o say.o schema.o \
	schema_event.o schema_tsc.o schema_watchdog.o smallfile.o store.o store_open.o \
	stream.o triangle.o tsc_apart.o watchdog_round.o words.o)
GC_OUT := $(addprefix out/,csv.o event_line.o json.o text.o watchdog_text.o writer.o)
GC_CMD := $(addprefix cmd/,\
	check.o clocksource.o clocksource_look.o cmd.o cross_check_cmd.o monitor.o pvclock.o \
	record.o status.o tsc.o tsc_matrix.o tsc_set.o tsc_show.o)
GC_REPORT := $(addprefix report/,\
	clock_evidence.o continuation.o evidence.o history.o incident.o judge_lines.o \
	judge_marks.o judge_pages.o judge_rounds.o judge_simple.o judge_tsc.o page_group.o \
	page_time.o report_text.o round_finding.o timeline.o)
