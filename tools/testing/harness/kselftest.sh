# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The selftests where kselftests are at home.

# kselftest_tree: the pieces of a kernel tree that kselftest is made of, with ours among
# its tests, all of them built and installed
kselftest_tree()
{
	ksft_source=$(kernel_source) || exit 1
	locked "client-$TREE_ID" build_kselftest_tree >&2 || exit 1
	echo "$WORK/linux"
}

build_kselftest_tree()
{
	ksft_tests=$WORK/linux/tools/testing/selftests
	mkdir -p "$ksft_tests" "$WORK/linux/scripts" "$WORK/linux/usr/include/linux"
	# Where "make headers" puts it.
	cp "$TREE/kmod/include/uapi/linux/guestclock.h" "$WORK/linux/usr/include/linux/"
	cp "$ksft_source/scripts/subarch.include" "$WORK/linux/scripts/"
	cp -r "$ksft_source/tools/testing/selftests/." "$ksft_tests/"
	mirror_files "$TREE/tools/testing/selftests/guestclock" "$ksft_tests/guestclock"
	rm -rf "$ksft_tests/guestclock/test_module"/*.ko "$ksft_tests/kselftest_install"
	# No headers: none of this machine's kernel's, either.
	make -C "$ksft_tests" install TARGETS=guestclock FORCE_TARGETS=1 KDIR=/none \
		>"$WORK/kselftest.log" 2>&1 || {
		tail -n 40 "$WORK/kselftest.log" >&2
		die "building the selftests in a kernel tree failed: $WORK/kselftest.log"
	}
}
