# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The few pieces of a kernel source tree the project uses as tools: kselftest's
# runner and lib.mk, the netlink generator, checkpatch and kernel-doc.

SOURCE_PIECES="MAINTAINERS .clang-format Documentation/netlink
	scripts tools/docs tools/lib/python tools/net/ynl
	tools/testing/selftests/Makefile tools/testing/selftests/lib.mk
	tools/testing/selftests/kselftest
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

# source_complete DIRECTORY: whether it was unpacked to the end, with today's
# SOURCE_PIECES.
source_complete()
{
	[ -e "$1/complete" ] || return 1
	for source_piece in $SOURCE_PIECES; do
		[ -e "$1/$source_piece" ] || return 1
	done
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
		mkdir -p "$source_dir" "$CACHE/resolved"
		fetch_source_deb "$source_package" "$source_dir"
		# The package stays, for whoever wants the whole tree next.
		unpack_source "$source_package" "$source_dir"
		echo "$SOURCE_PIECES" >"$source_dir/complete"
	fi
	echo "$source_package" >"$CACHE/resolved/source"
}

# fetch_source_deb PACKAGE DIRECTORY: the package, in DIRECTORY/deb.
fetch_source_deb()
{
	mkdir -p "$2/deb"
	(cd "$2/deb" && private_apt trixie apt-get download "$1" \
		>../fetch.log 2>&1) ||
		die "cannot fetch $1, see $2/fetch.log"
}

# kernel_tree: the whole source tree that the pieces are of, for building
# kernels; 2 GB, fetched when missing.
kernel_tree()
{
	tree_pieces=$(kernel_source) || exit 1
	tree_package=$(basename "$tree_pieces")
	tree_dir=$CACHE/linux/$tree_package
	[ -e "$tree_dir/complete" ] ||
		locked "linux-$tree_package" fetch_tree >&2 || exit 1
	echo "$tree_dir/linux"
}

fetch_tree()
{
	[ ! -e "$tree_dir/complete" ] || return 0
	rm -rf "$tree_dir"
	mkdir -p "$tree_dir/linux"
	if [ -d "$tree_pieces/deb" ]; then
		mv "$tree_pieces/deb" "$tree_dir/deb"
	else
		say "fetching $tree_package (about 160 MB)"
		refresh_apt trixie
		fetch_source_deb "$tree_package" "$tree_dir"
	fi
	say "unpacking $tree_package (a minute or two)"
	dpkg --fsys-tarfile "$tree_dir"/deb/*.deb |
		tar -xO "./usr/src/$tree_package.tar.xz" | xz -dc |
		tar -x -C "$tree_dir/linux" --strip-components=1 ||
		die "cannot unpack $tree_package into $tree_dir"
	rm -rf "$tree_dir/deb"
	[ -e "$tree_dir/linux/Kbuild" ] || die "$tree_package holds no kernel"
	touch "$tree_dir/complete"
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
