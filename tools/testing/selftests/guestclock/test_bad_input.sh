#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the programs say to input that makes no sense, to files that are no
# recordings, and where the module is out of reach: one clear line and the exit
# status for it. Prints the table of all of it.
#
# Tags: input

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

NOBODY=65534

# Tables have lines "STATUS; WORDS; ARGUMENTS": what guestclock does with the
# ARGUMENTS, WORDS being an extended regular expression for its message.

command_lines()
{
	cat <<-END
	64; frobnicate.*--help; frobnicate
	64; ../status.*--help; ../status
	64; --frob.*usage; --frob
	64; --frob.*usage; status --frob
	64; more.*usage; status more
	64; yaml.*usage; status -o yaml
	64; -o.*usage; status -o
	64; yaml.*usage; pvclock -o yaml
	64; --frob.*usage; tsc --frob
	64; more.*usage; tsc --measure more
	64; more.*usage; clocksource more
	64; soon.*usage; monitor --since soon
	64; -1.*usage; monitor --since -1
	64; 18446744073709551616.*usage; monitor --since 18446744073709551616
	64; --since.*usage; monitor --since
	64; yaml.*usage; monitor -o yaml
	64; one file.*usage; record
	64; one file.*usage; record a b
	64; --frob.*usage; record --frob a
	64; name (a|one) recording.*(usage|--help); export
	64; --frob.*(usage|--help); export --frob a
	64; name a recording.*(usage|--help); report
	64; --frob.*(usage|--help); report --frob a
	64; yaml.*(usage|--help); report -o yaml a
	END
}

# out_of_reach STATUS WORDS: for all verbs that talk to the module
out_of_reach()
{
	for verb in status pvclock tsc clocksource 'tsc --measure' monitor \
		"record ./none.db"; do
		echo "$1; $2; $verb"
	done
}

no_privilege()
{
	out_of_reach 6 'no privilege.*CAP_NET_ADMIN' | tail -n 3
}

# not_recordings VERB: what every VERB refuses to read or to go on with
not_recordings()
{
	cat <<-END
	1; not a guestclock recording; $1 ./other.db
	1; schema 99.*newer; $1 ./newer.db
	1; schema 0.*older; $1 ./older.db
	1; damaged; $1 ./truncated.db
	1; directory|regular file; $1 .
	1; no such file or directory; $1 ./absent/a.db
	END
}

unreadable()
{
	not_recordings "$1"
	cat <<-END
	1; not a guestclock recording; $1 ./text
	1; empty; $1 ./empty.db
	1; line 2; $1 ./garbled.jsonl
	END
}

unwritable()
{
	not_recordings record
	cat <<-END
	1; not a guestclock recording; record ./text
	1; read-only; record ./readonly/a.db
	1; regular file; record /dev/null
	1; not a directory; record ./text/a.db
	1; another recorder.*pid; record ./busy.db
	END
}

no_output()
{
	for verb in status tsc 'tsc -o json' 'clocksource -o csv' --help --version \
		"export ./sound.db" "report ./sound.db"; do
		echo "1; cannot write.*no space; $verb >/dev/full"
	done
	echo "1; cannot write.*bad file descriptor; status >&-"
}

# table NAME FILE [PREFIX...]: every line of the table, each a case
table()
{
	table_name=$1
	table_file=$2
	shift 2
	while IFS=';' read -r wanted words arguments <&6; do
		arguments=${arguments# }
		timeout 30 "$@" sh -c "cd '$gc_tmp' && exec guestclock $arguments" \
			>"$gc_tmp/row.out" 2>"$gc_tmp/row.err" </dev/null
		judge "$table_name: guestclock $arguments" $? "$wanted" "${words# }"
	done 6<"$table_file"
}

# judge INPUT STATUS WANTED WORDS: of a command whose message is in row.err
judge()
{
	message=
	lines=0
	while read -r line; do
		lines=$((lines + 1))
		message="$message$line "
	done <"$gc_tmp/row.err"
	tap_diag "$1 | $message| $2"
	[ "$2" -eq "$3" ] && [ $lines -eq 1 ] &&
		echo "$message" | grep -qiE -e "$4"
	right=$?
	[ $right -eq 0 ] || tap_diag "wanted: status $3, one line with '$4'"
	tap_result $right "$1"
}

# make_files: one sound recording, and what can become of it
make_files()
{
	gc_record_start "$gc_tmp/sound.db"
	clock_tool steps 40 1000
	gc_wait_stored 60 20 || tap_bail "nothing is recorded"
	gc_record_stop
	for file in newer older truncated other; do
		cp "$gc_tmp/sound.db" "$gc_tmp/$file.db"
	done
	recording_sql "$gc_tmp/newer.db" "PRAGMA user_version = 99"
	recording_sql "$gc_tmp/older.db" "PRAGMA user_version = 0"
	recording_sql "$gc_tmp/other.db" "PRAGMA application_id = 0"
	truncate -s 6000 "$gc_tmp/truncated.db"
	echo "a letter" >"$gc_tmp/text"
	: >"$gc_tmp/empty.db"
	guestclock export "$gc_tmp/sound.db" | head -n 1 >"$gc_tmp/garbled.jsonl"
	printf '{"seq":\n{}\n' >>"$gc_tmp/garbled.jsonl"
	mkdir "$gc_tmp/readonly" "$gc_tmp/tiny"
	mount -t tmpfs -o ro none "$gc_tmp/readonly" &&
		mount -t tmpfs -o size=300k none "$gc_tmp/tiny" ||
		tap_bail "no tmpfs"
	(cd "$gc_tmp" && md5sum newer.db older.db truncated.db other.db text) >"$gc_tmp/sums"
}

unmount()
{
	umount "$gc_tmp/readonly" "$gc_tmp/tiny" 2>/dev/null
}

# fill_disk: record until the disk is full
fill_disk()
{
	guestclock record -v "$gc_tmp/tiny/a.db" >"$gc_tmp/full.out" 2>"$gc_tmp/row.err" &
	full=$!
	gc_pids="$gc_pids $full"
	rounds=0
	while kill -0 $full 2>/dev/null && [ $rounds -lt 40 ]; do
		clock_tool steps 20 2000
		rounds=$((rounds + 1))
	done
	gc_reap $full 30
}

# goes_on_after_full: what was said to be stored is, and with room the next run
# goes on without a hole
goes_on_after_full()
{
	said=$(sed -n 's/^stored seq=//p' "$gc_tmp/full.out" | tail -n 1)
	mount -o remount,size=8m none "$gc_tmp/tiny"
	head=$(gc_head)
	gc_record_start "$gc_tmp/tiny/a.db"
	gc_wait_stored 60 $((head - 1))
	gc_record_stop
	tap_diag "stored seq=$said before the disk was full, head $head"
	[ "${said:-0}" -gt 0 ] && [ "$gc_record_status" -eq 0 ] &&
		gc_is_whole "$gc_tmp/tiny/a.db" &&
		[ "$(gc_last_seq "$gc_tmp/tiny/a.db")" -ge $((head - 1)) ]
}

gc_need recording_sql
gc_begin
gc_unload || tap_bail "guestclock is in use: stop its readers first"
gc_on_exit unmount
chmod 755 "$gc_tmp"
tap_diag "where: input | message | exit status"
command_lines >"$gc_tmp/table"
table "usage" "$gc_tmp/table"
out_of_reach 3 'not loaded.*modprobe' >"$gc_tmp/table"
table "not loaded" "$gc_tmp/table"
[ ! -e "$gc_tmp/none.db" ]
tap_result $? "not loaded: no recording is left behind"

gc_load_quietly ''
out_of_reach 5 'namespace.*nsenter' >"$gc_tmp/table"
table "other namespace" "$gc_tmp/table" unshare -n
no_privilege >"$gc_tmp/table"
table "no privilege" "$gc_tmp/table" run_as $NOBODY

make_files
gc_record_start "$gc_tmp/busy.db"
clock_tool step 1000000
gc_wait_stored 60 1
unwritable >"$gc_tmp/table"
table "file" "$gc_tmp/table"
gc_record_stop
[ "$gc_record_status" -eq 0 ] && gc_is_whole "$gc_tmp/busy.db"
tap_result $? "the recorder that was first is not disturbed"
(cd "$gc_tmp" && md5sum -c sums >/dev/null 2>&1)
tap_result $? "what is no recording to go on with is left as it was"
for verb in export report; do
	unreadable $verb >"$gc_tmp/table"
	table "file" "$gc_tmp/table"
done
chmod 600 "$gc_tmp/sound.db"
for verb in export report; do
	echo "1; permission denied; $verb $gc_tmp/sound.db"
done >"$gc_tmp/table"
table "file of another user" "$gc_tmp/table" run_as $NOBODY
timeout 20 guestclock tsc --measure >/dev/null
no_output >"$gc_tmp/table"
table "output" "$gc_tmp/table"

fill_disk
judge "disk full: guestclock record tiny/a.db" "$gc_reaped" 1 \
	'a.db.*full.*everything up to seq='
goes_on_after_full
tap_result $? "disk full: what was stored is there, and the next run goes on"
gc_end
