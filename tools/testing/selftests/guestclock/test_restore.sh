#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest is saved while record runs, and brought back three times: twice into
# the VMM that ran it, once into a new one. Each time record goes on without a
# hole, the restore shows as an update of every page, and the recordings that
# grew from the one snapshot are not taken for one.
#
# Everything goes back with the guest, this script too. What a continuation finds
# it leaves on the raw disk $GUESTCLOCK_KEEP; the last one tells of all.
#
# Tags: restore

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

RESTORES=3
# MiB of the raw disk for what one continuation leaves.
SLOT=16

# make_steps COUNT: so many events, of sizes that tell continuations apart
make_steps()
{
	step_left=$1
	while [ "$step_left" -gt 0 ]; do
		clock_tool step $((1000000 * (restores + 1) + step_left))
		step_left=$((step_left - 1))
	done
}

# keep FILE...: out of the snapshot's reach
keep()
{
	tar -c -C "$gc_tmp" "$@" |
		dd of="$GUESTCLOCK_KEEP" bs=1M seek=$((restores * SLOT)) conv=fsync,notrunc 2>/dev/null
}

# kept NUMBER: what the continuation left, in $gc_tmp/NUMBER
kept()
{
	mkdir -p "$gc_tmp/$1"
	dd if="$GUESTCLOCK_KEEP" bs=1M skip=$(($1 * SLOT)) count=$SLOT 2>/dev/null |
		tar -x -C "$gc_tmp/$1"
}

# fact NAME: whether the last command went well, for the last continuation
fact()
{
	if [ $? -eq 0 ]; then
		echo "$1 0"
	else
		echo "$1 1"
	fi >>"$gc_tmp/facts"
}

# pages_rewritten: whether every vCPU's page was, after the snapshot
pages_rewritten()
{
	for cpu in $(gc_cpus); do
		recording_sql "$db" "SELECT count(*) FROM events WHERE seq >= $head_saved
			AND json LIKE '%\"pvclock_update\"%'
			AND json LIKE '%\"subject_cpu\":$cpu,%'" | grep -qvx 0 || return 1
	done
}

# look: events after the restore, the end of record, and what it has stored
look()
{
	: >"$gc_tmp/facts"
	sleep 1
	make_steps 6
	sleep 1
	kill -0 "$gc_recorder" 2>/dev/null
	fact alive
	head=$(gc_head)
	gc_wait_stored 60 $((head - 1))
	fact stored
	gc_record_stop
	[ "$gc_record_status" -eq 0 ]
	fact ended
	gc_is_whole "$db" && [ "$(gc_last_seq "$db")" -ge $((head - 1)) ]
	fact whole
	pages_rewritten
	fact pages
	cp "$db" "$gc_tmp/recording.db"
	cp "$db.log" "$gc_tmp/record.log"
	guestclock export "$db" >"$gc_tmp/export"
	dmesg | grep -c 'virtual machine fork' >"$gc_tmp/forks"
	echo "$answer" >"$gc_tmp/answer"
	keep facts recording.db record.log export forks answer
}

# tell NUMBER: the cases of one continuation
tell()
{
	kept "$1"
	tap_diag "continuation $1: $(cat "$gc_tmp/$1/answer")"
	tap_diag "$(tail -n 1 "$gc_tmp/$1/record.log")"
	tell_how=$(jq -r .how "$gc_tmp/$1/answer")
	while read -r tell_case tell_text; do
		grep -qx "$tell_case 0" "$gc_tmp/$1/facts"
		tap_result $? "$tell_how $1: $tell_text"
	done <<-CASES
		alive the logger goes on
		stored the logger stores every event up to the module's head
		ended the logger ends well, with nothing lost
		whole the recording is sound, with every seq once
		pages the restore is an update of every page
	CASES
}

# epochs NUMBER: those that the events of a continuation name
epochs()
{
	jq -r 'select(.seq) | .restore_epoch // 0' "$gc_tmp/$1/export" | uniq | tr '\n' ' '
}

# told_apart A B: whether report, given both, has everything of each
told_apart()
{
	guestclock report -o json "$1" >"$gc_tmp/first" &&
		guestclock report -o json "$2" >"$gc_tmp/second" &&
		guestclock report -o json "$1" "$2" >"$gc_tmp/both" || return 1
	for told in first second; do
		told_file=$1
		[ $told = first ] || told_file=$2
		jq -S -c . "$gc_tmp/$told" | sort >"$gc_tmp/alone"
		jq -S -c --arg file "$told_file" \
			'select(.recording == $file) | del(.recording)' "$gc_tmp/both" | sort >"$gc_tmp/beside"
		cmp "$gc_tmp/alone" "$gc_tmp/beside" || return 1
	done
}

# grown_apart: how many pairs of the last report's recordings are said to be
# continuations of one snapshot
grown_apart()
{
	jq -c 'select(.class == "migration-or-restore" and has("first_recording"))' \
		"$gc_tmp/both" | tee /dev/stderr | wc -l
}

[ -n "${GUESTCLOCK_DISK:-}" ] || tap_skip_all "no disk that can be saved with the guest"
gc_need_hostctl
gc_need_kvmclock
gc_need recording_sql
gc_begin
gc_load_quietly '' log_size=4096
db=$GUESTCLOCK_DISK/restore.db
restores=0
gc_record_start "$db"
make_steps 6
head_saved=$(gc_head)
gc_wait_stored 60 $((head_saved - 1)) || tap_bail "record stores nothing"

answer=$(hostctl savevm moment) || tap_bail "cannot be saved: $answer"
restores=$(echo "$answer" | jq .restores)
look
case $restores in
0 | 1) hostctl loadvm moment ;;
2) hostctl restore moment ;;
esac
[ "$restores" -eq $RESTORES ] || tap_bail "continuation $restores could not go back"

number=1
while [ $number -le $RESTORES ]; do
	tell $number
	number=$((number + 1))
done
first=$gc_tmp/1/recording.db
second=$gc_tmp/2/recording.db
third=$gc_tmp/3/recording.db

# Only the new VMM has another generation id.
epoch_was=$(epochs 1)
case $(uname -r) in
6.1.*) tap_skip "a new VMM raises the restore epoch" "this kernel has no vmgenid driver" ;;
*)
	tap_diag "epochs: $(epochs 1), $(epochs 2), $(epochs 3); forks: $(cat "$gc_tmp/3/forks")"
	[ "$(epochs 2)" = "$epoch_was" ] && [ "$(epochs 3)" = "$epoch_was$((epoch_was + 1)) " ]
	tap_result $? "a new VMM raises the restore epoch" ;;
esac

told_apart "$first" "$second"
tap_result $? "report has everything of both recordings of the same VMM"
[ "$(grown_apart)" -eq 1 ]
tap_result $? "report says that recordings of the same VMM grew from one snapshot"
told_apart "$first" "$third"
tap_result $? "report has everything of recordings of different VMMs"
[ "$(grown_apart)" -eq 1 ]
tap_result $? "report says that recordings of different VMMs grew from one snapshot"
cp "$first" "$gc_tmp/copy.db"
guestclock report -o json "$first" "$gc_tmp/copy.db" >"$gc_tmp/both" && [ "$(grown_apart)" -eq 0 ]
tap_result $? "a recording and its copy have not grown apart"
guestclock report "$first" "$second" | sed 's/^/# /' | head -n 40
number_steps=$(jq -r 'select(.type == "clock_step") | .step_ns' "$gc_tmp"/[123]/export |
	sort -n | uniq -c | awk '$1 == 1' | wc -l)
tap_diag "$number_steps steps are in one recording only"
[ "$number_steps" -eq $((6 * RESTORES)) ]
tap_result $? "each recording has the steps of its own continuation"
gc_end
