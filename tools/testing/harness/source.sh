# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The few pieces of a kernel source tree the project uses as tools: kselftest's
# runner and lib.mk, the netlink generator, checkpatch and kernel-doc.

SOURCE_PIECES="MAINTAINERS .clang-format Documentation/netlink
	scripts tools/docs tools/lib/python tools/net/ynl
	tools/testing/selftests/lib.mk tools/testing/selftests/kselftest
	tools/testing/selftests/kselftest.h
	tools/testing/selftests/kselftest_harness.h
	tools/testing/selftests/run_kselftest.sh"

# kernel_source: the directory with the pieces; fetched when missing.
kernel_source()
{
	source_file=$CACHE/resolved/source
	if [ ! -e "$source_file" ] || ! source_complete \
		"$CACHE/source/$(cat "$source_file")"; then
		locked source fetch_source >&2 || exit 1
	fi
	echo "$CACHE/source/$(cat "$source_file")"
}

# source_complete DIRECTORY: whether it holds today's SOURCE_PIECES.
source_complete()
{
	[ "$(cat "$1/complete" 2>/dev/null)" = "$SOURCE_PIECES" ]
}

fetch_source()
{
	refresh_apt trixie
	source_package=$(newest_package trixie linux-source-7. '')
	[ -n "$source_package" ] || die "no linux-source-7.* in the archive"
	source_dir=$CACHE/source/$source_package
	if ! source_complete "$source_dir"; then
		say "fetching the tools of $source_package (about 160 MB)"
		rm -rf "$source_dir"
		mkdir -p "$source_dir/deb" "$CACHE/resolved"
		(cd "$source_dir/deb" && private_apt trixie apt-get download \
			"$source_package" >../fetch.log 2>&1) ||
			die "cannot fetch $source_package, see" \
				"$source_dir/fetch.log"
		unpack_source "$source_package" "$source_dir"
		rm -rf "$source_dir/deb"
		echo "$SOURCE_PIECES" >"$source_dir/complete"
	fi
	echo "$source_package" >"$CACHE/resolved/source"
}

# unpack_source PACKAGE DIRECTORY
unpack_source()
{
	say "unpacking the tools of $1 (a minute)"
	source_patterns=$(for piece in $SOURCE_PIECES; do
		echo "$1/$piece"
	done)
	# shellcheck disable=SC2086
	dpkg --fsys-tarfile "$2"/deb/*.deb |
		tar -xO "./usr/src/$1.tar.xz" | xz -dc |
		tar -x -C "$2" --strip-components=1 $source_patterns \
			2>>"$2/fetch.log" || :
	for piece in $SOURCE_PIECES; do
		[ -e "$2/$piece" ] || die "$1 does not hold $piece"
	done
}
