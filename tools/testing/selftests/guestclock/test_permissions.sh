#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may read what, by netlink and in debugfs: root, an ordinary user, root of a
# user namespace, foreign network namespaces, and CAP_NET_ADMIN alone. Prints the
# table of it.
#
# Tags: access

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
# shellcheck source=lib_abi.sh
. "$GC_DIR/lib_abi.sh"

NOBODY=65534
SNAPSHOTS="$STATUS_GET -d:$OBSERVER_GET -d:$PVCLOCK_GET -d:$TSC_GET $CLOCKSOURCE_GET
	$TSC_INFO_GET $TSC_SWEEP_GET $WATCHDOG_GET -d:$CLOCK_GET"
PRIVILEGED="$TSC_MEASURE $TSC_SWEEP_SET $CLOCK_READ -d:$EVENT_GET join"
FILES="pvclock tsc clocksource clocksource_watchdog events stats"
COUNT=$(echo "$FILES" | wc -w)

# people: NAME; SNAPSHOTS; PRIVILEGED; FILES; COMMAND that becomes them. What each
# gets: the errno by netlink of what is for everybody and of what is not, and
# whether files are read.
people()
{
	cat <<-END
	root; OK; OK; read; env
	a user; OK; EPERM; refused; run_as $NOBODY
	a user with CAP_NET_ADMIN; OK; OK; refused; run_as -a $NOBODY
	root without CAP_NET_ADMIN; OK; EPERM; read; run_as -d 0
	root of a user namespace; OK; EPERM; refused; run_as $NOBODY unshare -r
	the same, of a network namespace too; ENOENT; ENOENT; refused; run_as $NOBODY unshare -r -n
	root in another network namespace; ENOENT; ENOENT; read; unshare -n
	END
}

# asks COMMAND... REQUEST: the errno of one request; -d:N is a dump of command N
asks()
{
	asks_answer=$("$@" 2>&1)
	case $asks_answer in
	*"no family"*) echo ENOENT ;;
	*) echo "${asks_answer%% *}" ;;
	esac
}

# all_get WANTED REQUESTS COMMAND...: each of the requests gets that errno
all_get()
{
	all_wanted=$1
	all_requests=$2
	shift 2
	all_status=0
	for all_request in $all_requests; do
		# shellcheck disable=SC2046
		all_got=$(asks "$@" nl_request $(echo "$all_request" | tr : ' '))
		[ "$all_got" = "$all_wanted" ] || {
			tap_diag "$all_request: $all_got, not $all_wanted"
			all_status=1
		}
	done
	return $all_status
}

# files_are WANTED COMMAND...: all files are read, or all refused for their mode
files_are()
{
	files_wanted=$1
	shift
	# shellcheck disable=SC2046
	"$@" cat $(printf "$GC_DEBUGFS/%s " $FILES) >"$gc_tmp/read" 2>"$gc_tmp/refused"
	files_read=$(grep -c '^# guestclock .* v1$' "$gc_tmp/read")
	files_refused=$(grep -c 'Permission denied' "$gc_tmp/refused")
	[ "$files_wanted $files_read $files_refused" = "read $COUNT 0" ] ||
		[ "$files_wanted $files_read $files_refused" = "refused 0 $COUNT" ] || {
		tap_diag "$files_read read, $files_refused refused: $(head -n 1 "$gc_tmp/refused")"
		return 1
	}
}

# listen NAME COMMAND...: who knows the number of the group and joins it
listen()
{
	listen_name=$1
	shift
	gc_background "$listen_name" "$@" nl_request listen "$group" 10
	listeners="$listeners $gc_pid"
	gc_until 60 has_spoken "$listen_name" || tap_diag "$listen_name does not listen"
}

# has_spoken NAME: it has joined, or was refused
has_spoken()
{
	[ -s "$gc_tmp/$1.out" ] || [ -s "$gc_tmp/$1.err" ]
}

# heard NAME: the messages that came
heard()
{
	tap_diag "$1: $(cat "$gc_tmp/$1.err" "$gc_tmp/$1.out" | tr '\n' ' ')"
	heard_count=$(awk '{ print $1 == "OK" ? $2 : 0 }' "$gc_tmp/$1.out")
}

# Debugfs itself is closed to all but root: that is not what is tested here.
# shellcheck disable=SC2317 # called on exit
close_debugfs()
{
	chmod "$debugfs_mode" /sys/kernel/debug
}

# one_person NAME SNAPSHOTS PRIVILEGED FILES COMMAND...
one_person()
{
	who=$1
	snapshots=$2
	privileged=$3
	files=$4
	shift 4
	all_get "$snapshots" "$SNAPSHOTS" "$@"
	tap_result $? "$who: snapshots: $snapshots"
	all_get "$privileged" "$PRIVILEGED" "$@"
	tap_result $? "$who: measurements, settings and events: $privileged"
	files_are "$files" "$@"
	tap_result $? "$who: files in debugfs: $files"
}

gc_begin
gc_load
timeout 20 guestclock tsc --measure >/dev/null
clock_tool steps 4
debugfs_mode=$(stat -c %a /sys/kernel/debug)
gc_on_exit close_debugfs
chmod 755 /sys/kernel/debug

people | sed 's/; */;/g' >"$gc_tmp/people"
while IFS=';' read -r who snapshots privileged files become <&6; do
	# shellcheck disable=SC2086
	one_person "$who" "$snapshots" "$privileged" "$files" $become
done 6<"$gc_tmp/people"

(cd $GC_DEBUGFS && stat -c '%a %u %n' -- *) >"$gc_tmp/modes"
sed 's/^/# mode, owner: /' "$gc_tmp/modes"
[ "$(grep -c '^400 0 ' "$gc_tmp/modes")" -eq "$COUNT" ] &&
	! grep -v '^400 0 ' "$gc_tmp/modes"
tap_result $? "every file is root's, to be read"
written=0
for file in $FILES; do
	(echo 1 >"$GC_DEBUGFS/$file") 2>/dev/null && written=$((written + 1))
done
[ $written -eq 0 ]
tap_result $? "even root cannot write one of the files"

group=$(nl_request join)
group=${group##* }
listeners=
listen root env
listen user run_as $NOBODY
listen userns run_as $NOBODY unshare -r
listen netns run_as $NOBODY unshare -r -n
clock_tool steps 4 10000
for listener in $listeners; do
	gc_reap "$listener" 60 || tap_diag "a listener does not end"
done
heard root
[ "${heard_count:-0}" -ge 4 ]
tap_result $? "root hears the events of group $group"
for listener in "user:a user who knows the group's number" "userns:root of a user namespace" \
	"netns:who owns a network namespace and may join any group there"; do
	heard "${listener%%:*}"
	[ "${heard_count:-none}" = 0 ]
	tap_result $? "${listener#*:} hears no event"
done

gc_end
