# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The parts under test, built from copies in the cache so that two runs, or a
# run and an editor, do not get in each other's way.

WORK=$CACHE/trees/$TREE_ID

# build_client: the directory that holds the built client programs.
build_client()
{
	[ -e "$TREE/user/Makefile" ] || return 0
	locked "client-$TREE_ID" build_client_locked >&2 || exit 1
	echo "$WORK/tree/user"
}

build_client_locked()
{
	mirror_tree
	make -C "$WORK/tree/user" all >"$WORK/client.log" 2>&1 || {
		tail -n 40 "$WORK/client.log" >&2
		die "building the client failed: $WORK/client.log"
	}
}

# mirror_tree: the directories the client and the selftests are built from, in
# their places relative to each other.
mirror_tree()
{
	for mirror_dir in user kmod/include kmod/generated Documentation/man \
		tools/testing/selftests/guestclock; do
		[ ! -d "$TREE/$mirror_dir" ] ||
			mirror_files "$TREE/$mirror_dir" "$WORK/tree/$mirror_dir"
	done
}

# build_selftests KERNEL: the directory with the installed tests; their own
# module, where they have one, is built for KERNEL.
build_selftests()
{
	[ -e "$TREE/tools/testing/selftests/guestclock/Makefile" ] || return 0
	locked "client-$TREE_ID" build_selftests_locked >&2 || exit 1
	echo "$WORK/selftests"
}

build_selftests_locked()
{
	mirror_tree
	selftests_dir=$WORK/tree/tools/testing/selftests/guestclock
	rm -rf "$WORK/selftests"
	# The tests' module is left to build_modules, which knows the guest's kernel.
	make -C "$selftests_dir" install TEST_GEN_MODS_DIR= \
		INSTALL_PATH="$WORK/selftests" >"$WORK/selftests.log" 2>&1 || {
		tail -n 40 "$WORK/selftests.log" >&2
		die "building the selftests failed: $WORK/selftests.log"
	}
}

# selftest_names: the tests in the order of their Makefile.
selftest_names()
{
	[ -e "$TREE/tools/testing/selftests/guestclock/Makefile" ] || return 0
	make -s --no-print-directory -C "$TREE/tools/testing/selftests/guestclock" \
		emit_tests COLLECTION=guestclock | sed -n 's/^guestclock://p'
}
