# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What every guestclock selftest does: beginning and ending, asking the kernel for its
# own account of things, and following events. Sourced.
#
#   GUESTCLOCK        the client, if not the one in PATH or in this tree; what belongs to
#                     it lies beside it
#   GUESTCLOCK_KO     the module to load; without it modprobe finds one
#   GUESTCLOCK_COUNT  check (or unset) for few trials, soak for many
#   GUESTCLOCK_HOST   good|trusted|bad|tcg where the harness knows the host
#   GUESTCLOCK_DESTRUCTIVE  outside the harness, allow what only a boot undoes

GC_DIR=$(cd "$(dirname "$0")" && pwd)
GC_NAME=$(basename "$0" .sh)
GC_DEBUGFS=/sys/kernel/debug/guestclock
# shellcheck disable=SC2034 # for the tests
GC_TEST_DEBUGFS=/sys/kernel/debug/guestclock_test
GC_CLOCKSOURCE=/sys/devices/system/clocksource/clocksource0
TSC_ADJUST=0x3b
# shellcheck disable=SC2034 # for the tests
case ${GUESTCLOCK_COUNT:-check} in
soak) GC_SCALE=10 ;;
*) GC_SCALE=1 ;;
esac
if [ -z "$GUESTCLOCK" ] && ! command -v guestclock >/dev/null; then
	GUESTCLOCK=$GC_DIR/../../../../user/guestclock
fi
[ -z "$GUESTCLOCK" ] || PATH=$(dirname "$(readlink -f "$GUESTCLOCK")"):$PATH
PATH=$PATH:$GC_DIR

# shellcheck source=lib_tap.sh
. "$GC_DIR/lib_tap.sh"
# shellcheck source=lib_module.sh
. "$GC_DIR/lib_module.sh"

gc_pids=
gc_follower=
gc_clocksource_was=
gc_tmp=
gc_at_exit=

# gc_begin: before the first case; gc_end adds the unload and the kernel's log
gc_begin()
{
	gc_need_root
	gc_tmp=$(mktemp -d "${TMPDIR:-/tmp}/guestclock-test.XXXXXX") || exit 1
	trap gc_cleanup EXIT
	trap 'exit 1' INT TERM HUP
	gc_clocksource_was=$(gc_clocksource)
	tap_begin
	gc_mark=$(gc_kmsg "$GC_NAME: begin")
}

# gc_on_exit FUNCTION: what the test has to put back, whichever way it ends
gc_on_exit()
{
	gc_at_exit=$1
}

gc_put_back()
{
	[ -n "$gc_at_exit" ] || return 0
	gc_put_back_now=$gc_at_exit
	gc_at_exit=
	$gc_put_back_now
}

# Unload, look through the kernel's log, and exit with the verdict.
gc_end()
{
	gc_stop_all
	gc_put_back
	gc_restore_clocksource
	gc_unload && gc_unrefused
	tap_result $? "the module unloads"

	gc_dmesg_since "$gc_mark" | gc_splats >"$gc_tmp/splats"
	while read -r gc_line; do tap_diag "$gc_line"; done <"$gc_tmp/splats"
	[ ! -s "$gc_tmp/splats" ]
	tap_result $? "no splat in the kernel's log"

	tap_finish
}

gc_cleanup()
{
	gc_status=$?
	trap - EXIT
	gc_stop_all
	gc_put_back
	gc_restore_clocksource
	gc_unload
	[ -z "$gc_tmp" ] || rm -rf "$gc_tmp"
	tap_check_ended || exit 1
	exit "$gc_status"
}

gc_need_root()
{
	[ "$(id -u)" -eq 0 ] || tap_skip_all "needs root"
	[ -x "${GUESTCLOCK:-/}" ] && command -v guestclock >/dev/null ||
		tap_skip_all "no client: set GUESTCLOCK to the path of guestclock"
	for gc_tool in jq awk timeout; do
		command -v $gc_tool >/dev/null || tap_skip_all "needs $gc_tool in PATH"
	done
}

# gc_need FILE: a part of the selftests that is not built everywhere
gc_need()
{
	[ -e "$GC_DIR/$1" ] || tap_skip_all "no $1: the headers for it were not there"
}

gc_need_kvmclock()
{
	gc_available kvm-clock ||
		tap_skip_all "no kvm-clock: not a KVM guest, or no-kvmclock"
}

# Where the host's TSC is unstable KVM moves the guest's TSC and rewrites pages
# all the time: nothing stands still that could be compared. A host that the
# harness calls good is not asked, so that losing TSC_STABLE there fails a test.
gc_need_stable_host()
{
	case ${GUESTCLOCK_HOST:-} in good | trusted) return 0 ;; esac
	gc_need test_module/guestclock_test.ko
	gc_load_test_module
	gc_unstable=$(awk '!/^#/ && $7 % 2 == 0' $GC_TEST_DEBUGFS/pages | wc -l)
	rmmod guestclock_test
	[ "$gc_unstable" -eq 0 ] ||
		tap_skip_all "the host offers no TSC_STABLE: its TSC is unstable"
}

gc_need_hostctl()
{
	command -v hostctl >/dev/null ||
		tap_skip_all "no hostctl: nobody to ask for an action of the host"
}

# gc_host_stopped ANSWER: between what and what kvm-clock stood still by the host, in ns,
# as hostctl pause answers. Where the host has no stamps of KVM's clock: KVM is asked for
# it before the VMM says STOP and told it after RESUME, all within the action.
gc_host_stopped()
{
	echo "$1" | jq -r 'def number: . // 0 | tonumber;
		if .kvmclock_stopped_ns then .kvmclock_stopped_ns | number | . - 20000000, . + 20000000
		else (.duration_ns | number) - 1000000, (.end_monotonic_raw_ns | number) -
			(.begin_monotonic_raw_ns | number) + 1000000 end' | tr '\n' ' '
}

# The msr driver, and its permission to write.
gc_allow_msr()
{
	[ -d /sys/module/msr ] || modprobe msr allow_writes=on 2>/dev/null || return 1
	[ ! -e /sys/module/msr/parameters/allow_writes ] ||
		echo on >/sys/module/msr/parameters/allow_writes
}

gc_need_msr()
{
	gc_allow_msr || tap_skip_all "no msr driver: cannot write IA32_TSC_ADJUST"
	gc_msr_sticks || gc_msr_sticks ||
		tap_skip_all "IA32_TSC_ADJUST is not to be had or ignores writes"
}

# One cycle harms nobody; some emulations take writes and forget them.
gc_msr_sticks()
{
	gc_msr=$(timeout 10 msr_tool add 0 $TSC_ADJUST 1 2>/dev/null) || return 1
	gc_msr_now=$(msr_tool read 0 $TSC_ADJUST)
	msr_tool write 0 $TSC_ADJUST "${gc_msr% *}"
	[ "$gc_msr_now" = "${gc_msr#* }" ]
}

# gc_adjust_keep CPU: its IA32_TSC_ADJUST is gc_adjust_was, and comes back at the end
gc_adjust_keep()
{
	gc_adjust_cpu=$1
	gc_adjust_was=$(msr_tool read "$1" $TSC_ADJUST)
	gc_on_exit gc_adjust_by
}

# gc_adjust_by [CYCLES]: away from what it was
gc_adjust_by()
{
	msr_tool write "$gc_adjust_cpu" $TSC_ADJUST $((gc_adjust_was + ${1:-0}))
}

# gc_adjust_is CYCLES: whether the kernel has left it there
gc_adjust_is()
{
	[ "$(msr_tool read "$gc_adjust_cpu" $TSC_ADJUST)" = $((gc_adjust_was + $1)) ]
}

# gc_background NAME COMMAND...: in the background, output in $gc_tmp/NAME.*
gc_background()
{
	gc_bg_name=$1
	shift
	"$@" >"$gc_tmp/$gc_bg_name.out" 2>"$gc_tmp/$gc_bg_name.err" &
	gc_pid=$!
	gc_pids="$gc_pids $gc_pid"
}

gc_stop_all()
{
	for gc_stop_pid in $gc_pids; do
		kill "$gc_stop_pid" 2>/dev/null
	done
	for gc_stop_pid in $gc_pids; do
		wait "$gc_stop_pid" 2>/dev/null
	done
	gc_pids=
}

# gc_has_kasan: such a kernel is slow, and keeps for a while what was freed
gc_has_kasan()
{
	grep -qw kasan_report /proc/kallsyms
}

gc_clocksource()
{
	cat $GC_CLOCKSOURCE/current_clocksource
}

# gc_available NAME: whether the kernel would take this clocksource, or has it
gc_available()
{
	tr ' ' '\n' <$GC_CLOCKSOURCE/available_clocksource | grep -qx "$1"
}

# gc_until SECONDS COMMAND...: until it succeeds, for so long
gc_until()
{
	gc_until_end=$(($(cut -d. -f1 /proc/uptime) + $1 + 1))
	shift
	until "$@"; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $gc_until_end ] || return 1
		sleep 0.05
	done
}

gc_uptime_ms()
{
	awk '{ printf "%.0f", $1 * 1000 }' /proc/uptime
}

# gc_sleep_us MICROSECONDS
gc_sleep_us()
{
	sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"
}

# gc_set_clocksource NAME: and make sure that the kernel took it
gc_set_clocksource()
{
	echo "$1" >$GC_CLOCKSOURCE/current_clocksource
	[ "$(gc_clocksource)" = "$1" ]
}

gc_restore_clocksource()
{
	[ -z "$gc_clocksource_was" ] ||
		[ "$(gc_clocksource)" = "$gc_clocksource_was" ] ||
		gc_set_clocksource "$gc_clocksource_was"
}

# Online CPUs, one a line.
gc_cpus()
{
	awk '/^processor/ { print $3 }' /proc/cpuinfo
}

# Leave a line in the kernel's log and print what finds it again.
gc_kmsg()
{
	gc_kmsg_text="guestclock-test $$ $(date +%s) $*"
	echo "$gc_kmsg_text" >/dev/kmsg
	echo "$gc_kmsg_text"
}

# The kernel's log after the line that holds TEXT.
gc_dmesg_since()
{
	dmesg | awk -v mark="$1" '
		{ lines[NR] = $0 }
		index($0, mark) { from = NR }
		END { for (i = from + 1; i <= NR; i++) print lines[i] }'
}

# gc_splats: of the kernel's lines on standard input those that must not be there, and
# that this test does not declare, a regular expression each, as "# Provokes: ..."
gc_splats()
{
	sed -n 's/^# Provokes: //p' "$0" >"$gc_tmp/provoked"
	grep -E -f "$GC_DIR/splats" | grep -vE -f "$GC_DIR/splats-allowed" |
		{ [ ! -s "$gc_tmp/provoked" ] || exec grep -vE -f "$gc_tmp/provoked"; cat; }
}

# gc_table FILE COLUMN...: these columns of a debugfs file, by their names
gc_table()
{
	gc_table_file=$1
	shift
	awk -v want="$*" '
		NR == 2 { for (i = 2; i <= NF; i++) at[$i] = i - 1; next }
		/^#/ { next }
		{
			n = split(want, names)
			for (i = 1; i <= n; i++)
				printf "%s%s", (names[i] in at) ? $at[names[i]] : "?", i < n ? " " : "\n"
		}' "$GC_DEBUGFS/$gc_table_file"
}

# jq program: the named fields of an object in one line, absent as in debugfs
gc_fields()
{
	gc_fields_list=
	for gc_field in "$@"; do
		gc_fields_list="$gc_fields_list${gc_fields_list:+,}.$gc_field"
	done
	echo "[$gc_fields_list] | map(if . == null or . == [] then \"-\" elif type == \"array\" then join(\",\") else tostring end) | join(\" \")"
}

# Follow the event log from its first event on, into a file.
gc_follow()
{
	: >"$gc_tmp/events.json"
	guestclock monitor --history -o json >"$gc_tmp/events.json" 2>"$gc_tmp/events.err" &
	gc_follower=$!
}

gc_unfollow()
{
	[ -n "$gc_follower" ] || return 0
	kill "$gc_follower" 2>/dev/null
	wait "$gc_follower" 2>/dev/null
	gc_follower=
}

# gc_followed COUNT: whether so many events have come
gc_followed()
{
	[ "$(grep -c '}$' "$gc_tmp/events.json")" -ge "$1" ]
}

# gc_events: the event log up to now as JSON lines
gc_events()
{
	gc_head=$(timeout 20 guestclock status -o json |
		jq -r '.log_head // empty' | head -n 1)
	gc_until 60 gc_followed $((${gc_head:-1} - 1))
	grep '}$' "$gc_tmp/events.json"
}

# gc_wait_events COUNT SECONDS FILTER: wait for COUNT events that pass the jq
# FILTER; print those there are
gc_wait_events()
{
	gc_wait_until=$(($(cut -d. -f1 /proc/uptime) + $2 + 1))
	while :; do
		gc_events | jq -c "select($3)" >"$gc_tmp/wait"
		[ "$(wc -l <"$gc_tmp/wait")" -lt "$1" ] || break
		[ "$(cut -d. -f1 /proc/uptime)" -lt $gc_wait_until ] || break
		sleep 0.2
	done
	cat "$gc_tmp/wait"
}

# gc_within VALUE LOW HIGH
gc_within()
{
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

gc_abs()
{
	echo "${1#-}"
}
