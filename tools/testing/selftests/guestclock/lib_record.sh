# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Recorders under test, and the proof that what they left is whole. Sourced
# after lib.sh.

gc_recorder=
gc_recorder_log=

# gc_load_quietly KO PARAM=VALUE...: load the module file KO afresh, with nobody
# following; KO empty is the plain one
gc_load_quietly()
{
	gc_load_file=$1
	shift
	gc_unload || tap_bail "guestclock is in use: stop its readers first"
	gc_mount_debugfs
	(
		[ -z "$gc_load_file" ] || GUESTCLOCK_KO=$gc_load_file
		gc_insmod "$@"
	) || tap_bail "guestclock does not load: see dmesg"
}

# gc_head: the seq that the module's next event gets, by netlink
gc_head()
{
	timeout 20 guestclock status -o json | jq -r '.log_head // empty' | head -n 1
}

# gc_stat NAME: by debugfs
gc_stat()
{
	awk -v name="$1" '$1 == name { print $2 }' $GC_DEBUGFS/stats
}

# gc_record_start FILE [COMMAND...]: record -v in the background, started by
# COMMAND; its output in FILE.log
gc_record_start()
{
	gc_record_file=$1
	shift
	gc_recorder_log=$gc_record_file.log
	"$@" guestclock record -v "$gc_record_file" >"$gc_recorder_log" 2>&1 &
	gc_recorder=$!
	gc_pids="$gc_pids $gc_recorder"
}

# gc_wait_stored SECONDS SEQ: until the recorder says that it has stored SEQ
gc_wait_stored()
{
	gc_wait_for_seq "$1" "$2" 's/^stored seq=//p' "$gc_recorder_log"
}

# gc_wait_printed FILE SECONDS SEQ: the same of JSON lines in FILE
gc_wait_printed()
{
	gc_wait_for_seq "$2" "$3" 's/.*"seq":"\([0-9]*\)".*}$/\1/p' "$1"
}

# gc_wait_for_seq SECONDS SEQ SCRIPT FILE: until the last number that sed's SCRIPT
# finds at the end of FILE has come so far
gc_wait_for_seq()
{
	gc_until "$1" gc_seq_came "$2" "$3" "$4"
}

gc_seq_came()
{
	gc_came=$(tail -n 5 "$3" 2>/dev/null | sed -n "$2" | tail -n 1)
	[ "${gc_came:-0}" -ge "$1" ]
}

# gc_last_seq FILE: the last seq of the last load that FILE accounts for
gc_last_seq()
{
	if [ ! -s "$1" ]; then
		echo 0
		return
	fi
	recording_sql "$1" "SELECT coalesce(max(last), 0) FROM ($gc_ranges)
		WHERE load_id = (SELECT load_id FROM ($gc_ranges) ORDER BY pos DESC LIMIT 1)" \
		2>/dev/null || echo 0
}

# gc_record_stop [SIGNAL]: SIGINT, or another, to the recorder; sets gc_record_status
gc_record_stop()
{
	kill -"${1:-INT}" "$gc_recorder"
	gc_reap "$gc_recorder" 10 || tap_diag "record still runs 10 s after SIG${1:-INT}"
	gc_record_status=$gc_reaped
	gc_recorder=
}

# gc_reap PID SECONDS: wait for the child, kill it after SECONDS; sets gc_reaped
gc_reap()
{
	gc_until "$2" gc_ended "$1"
	gc_reap_late=$?
	[ $gc_reap_late -eq 0 ] || kill -KILL "$1"
	wait "$1" 2>/dev/null
	gc_reaped=$?
	return $gc_reap_late
}

gc_ended()
{
	! kill -0 "$1" 2>/dev/null
}

# What a recording accounts for: an event its own seq, a declared loss a range.
gc_ranges="SELECT pos, machine_id, boot_id, load_id, seq AS first, seq AS last FROM events
	UNION ALL SELECT pos, machine_id, boot_id, load_id, first_seq, last_seq FROM lost"

# gc_holes FILE: every place where a load's ranges do not follow each other,
# "LOAD EXPECTED FOUND": a hole, or with FOUND below EXPECTED an overlap
gc_holes()
{
	recording_sql "$1" "SELECT load_id, expected, first FROM (
		SELECT load_id, first, coalesce(max(last) OVER (PARTITION BY machine_id,
			boot_id, load_id ORDER BY first, last
			ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) + 1 AS expected
		FROM ($gc_ranges)) WHERE first <> expected" || echo "unreadable 0 0"
}

# gc_is_whole FILE: sound, with no hole and no overlap, and export prints it all
gc_is_whole()
{
	gc_integrity=$(recording_sql "$1" "PRAGMA integrity_check")
	[ "$gc_integrity" = ok ] || tap_diag "integrity_check of $1: $gc_integrity"
	gc_holes "$1" >"$gc_tmp/holes"
	head -n 5 "$gc_tmp/holes" | sed 's/^/# load, expected, found: /'
	timeout 120 guestclock export "$1" >"$gc_tmp/exported"
	gc_exported=$(wc -l <"$gc_tmp/exported")
	gc_rows=$(recording_sql "$1" "SELECT count(*) FROM ($gc_ranges)")
	[ "$gc_exported" = "$gc_rows" ] ||
		tap_diag "$gc_exported lines exported, $gc_rows rows in $1"
	[ "$gc_integrity" = ok ] && [ ! -s "$gc_tmp/holes" ] && [ "$gc_exported" = "$gc_rows" ]
}

# gc_lines_end FILE: the seq after the last of these JSON lines, which are of one
# load; fails and tells when they do not follow each other from 1 on
gc_lines_end()
{
	grep '}$' "$1" | awk '
	function number(key,    text) {
		if (!match($0, "\"" key "\":\"?[0-9]+"))
			return 0
		text = substr($0, RSTART, RLENGTH)
		sub(/.*[^0-9]/, "", text)
		return text + 0
	}
	BEGIN { expected = 1 }
	{
		seq = number("seq")
		if (seq != expected && holes++ < 5)
			print "# expected " expected ", found " seq >"/dev/stderr"
		expected = seq + ($0 ~ /"source":"client"/ ? number("lost_count") : 1)
	}
	END { print expected; exit holes > 0 }'
}
