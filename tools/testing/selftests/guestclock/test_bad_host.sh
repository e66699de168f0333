#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Where the host's TSC is unstable KVM rewrites the pages all the time. The module
# counts that, shows TSC_STABLE as clear, and does not turn it into a flood of
# events: at most one a second and CPU is let pass.
#
# Tags: unstable-host

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

SECONDS_WATCHED=10
[ $GC_SCALE -eq 1 ] || SECONDS_WATCHED=120
EVENTS_PER_CPU_SECOND=1

# updates: "CPU COUNT" of each CPU
updates()
{
	timeout 20 guestclock pvclock -o json | jq -r '"\(.cpu) \(.updates)"'
}

need_unstable_host()
{
	case ${GUESTCLOCK_HOST:-} in good | trusted) tap_skip_all "a host with a stable TSC" ;; esac
	gc_load_test_module
	stable=$(awk '!/^#/ && $7 % 2' $GC_TEST_DEBUGFS/pages | wc -l)
	rmmod guestclock_test
	[ "$stable" -eq 0 ] || [ "${GUESTCLOCK_HOST:-}" = bad ] ||
		tap_skip_all "a host with a stable TSC"
}

gc_need_kvmclock
gc_need test_module/guestclock_test.ko
need_unstable_host
gc_begin
gc_load
cpus=$(gc_cpus | wc -l)

timeout 20 guestclock pvclock -o json >"$gc_tmp/pages"
jq -r '"# page of cpu \(.cpu): state \(.state), version \(.version), flags \(.flag_names)"' \
	"$gc_tmp/pages"
jq -es "length == $cpus and all(.[]; .state == \"ok\" and .flags % 2 == 0)" "$gc_tmp/pages" >/dev/null
tap_result $? "TSC_STABLE is clear on every page"
[ "$(gc_table pvclock flag_names | grep -c TSC_STABLE)" -eq 0 ] &&
	[ "$(gc_table pvclock cpu | wc -l)" -eq "$cpus" ]
tap_result $? "TSC_STABLE is clear in debugfs, too"

gc_events >"$gc_tmp/before"
updates >"$gc_tmp/updates.before"
began=$(gc_uptime_ms)
sleep $SECONDS_WATCHED
updates >"$gc_tmp/updates.after"
ended=$(gc_uptime_ms)
gc_events | tail -n +$(($(wc -l <"$gc_tmp/before") + 1)) >"$gc_tmp/events"
ms=$((ended - began))
grown=0
while read -r cpu count <&5 && read -r _ later <&6; do
	tap_diag "cpu $cpu: $((later - count)) updates in $ms ms"
	[ "$later" -le "$count" ] || grown=$((grown + 1))
done 5<"$gc_tmp/updates.before" 6<"$gc_tmp/updates.after"
[ $grown -eq "$cpus" ]
tap_result $? "the count of updates grows on every CPU"

count=$(jq -r 'select(.type == "pvclock_update") | .seq' "$gc_tmp/events" | wc -l)
all=$(wc -l <"$gc_tmp/events")
limit=$((EVENTS_PER_CPU_SECOND * cpus * ms / 1000))
tap_diag "$count pvclock_update events in $ms ms on $cpus CPUs," \
	"$(awk "BEGIN { printf \"%.3f\", $count * 1000 / $ms / $cpus }") a second and CPU;" \
	"$all events of all types"
jq -r 'select(.type == "pvclock_update") |
	"# event \(.seq): cpu \(.subject_cpu), discontinuity \(.discontinuity_ns) ns"' \
	"$gc_tmp/events" | head -n 5
[ "$count" -le $limit ]
tap_result $? "no flood of events: at most $limit of pvclock_update"
[ "$all" -le $((limit + 10)) ]
tap_result $? "no flood of events of other types"
gc_end
