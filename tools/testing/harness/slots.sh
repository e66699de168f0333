# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# How many guests run at a time: two CPUs each. Guests that share a CPU cannot
# compare their TSCs, and everything takes longer than any time limit.

guest_slots()
{
	slots=${GUESTCLOCK_VM_SLOTS:-$(($(nproc) / 2))}
	[ "$slots" -ge 1 ] || slots=1
	echo "$slots"
}

# take_slot: waits for one, in the order of coming. It is given back when its holder
# and everything that the holder started have ended, or by drop_slot.
take_slot()
{
	mkdir -p "$CACHE/locks"
	exec 6>"$CACHE/locks/guest-queue"
	flock -n 6 || {
		say "waiting until another guest has ended"
		flock 6
	}
	slot_count=$(guest_slots)
	while :; do
		slot=0
		while [ $slot -lt "$slot_count" ]; do
			exec 7>"$CACHE/locks/guest-$slot"
			if flock -n 7; then
				exec 6>&-
				return 0
			fi
			slot=$((slot + 1))
		done
		sleep 0.3
	done
}

drop_slot()
{
	exec 7>&-
}
