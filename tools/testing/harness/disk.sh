# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The disks of a guest that is to be saved and brought back: one that goes back
# with it, in the format that snapshots need, and one that keeps what it holds.

# Room for the file system and the guest's memory; neither is used up.
DISK_SIZE=256M
DISK_ROOM=3G
KEEP_SIZE=64M

# tests_mention WORD: whether a test of this run has WORD in it, which is how a
# test asks for what few of them need.
tests_mention()
{
	for mention_test in $RUN_TESTS; do
		! grep -qs "$1" \
			"$TREE/tools/testing/selftests/guestclock/$mention_test" ||
			return 0
	done
	for mention_test in $RUN_ADHOC; do
		! grep -q "$1" "$mention_test" || return 0
	done
	return 1
}

# run_disk: yes where this run's guest gets disks.
run_disk()
{
	if tests_mention GUESTCLOCK_DISK; then echo yes; else echo no; fi
}

# prepare_disks RUN_DIR: fresh ones, where a test asks for them. The first holds what
# GUESTCLOCK_DISK_ROOT does, where that names a directory.
prepare_disks()
{
	[ "$(run_disk)" = yes ] || return 0
	need qemu-img qemu-utils
	need mke2fs e2fsprogs
	rm -f "$1/disk.raw" "$1/disk.img" "$1/keep.img"
	mke2fs -q -t ext4 ${GUESTCLOCK_DISK_ROOT:+-d "$GUESTCLOCK_DISK_ROOT"} \
		"$1/disk.raw" $DISK_SIZE >/dev/null &&
		qemu-img convert -O qcow2 "$1/disk.raw" "$1/disk.img" &&
		truncate -s $DISK_ROOM "$1/disk.img" &&
		truncate -s $KEEP_SIZE "$1/keep.img" ||
		die "cannot make the guest's disks in $1"
	rm -f "$1/disk.raw"
}

# disk_devices DISK KEEP: the VMM's arguments for them, with the device by which
# a guest is told that it was brought back.
disk_devices()
{
	[ "$(run_disk)" = yes ] || return 0
	echo "-drive file=$1,format=qcow2,if=virtio,node-name=disk" \
		"-drive file=$2,format=raw,if=virtio" \
		"-device vmgenid,guid=auto"
}

# host_disks RUN_DIR: the arguments that give the emulated host the two files.
host_disks()
{
	[ "$(run_disk)" = yes ] || return 0
	echo "-drive file=$1/disk.img,format=raw,if=virtio" \
		"-drive file=$1/keep.img,format=raw,if=virtio"
}
