# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Building modules for a guest's kernel: natively where the kernel is the
# machine's own release's or was built here, else in a cached root of the
# kernel's release, because its tools need that release's compiler and C library.

# kernel_headers NAME: KDIR of a native build, or the build root's path.
kernel_headers()
{
	headers_alias=$(kernel_alias "$1") || exit 1
	if is_built "$headers_alias"; then
		built_headers "$headers_alias"
		return
	fi
	headers_version=$(kernel_version "$1") || exit 1
	if [ "$(kernel_release "$headers_alias")" = native ]; then
		native_headers "$headers_version" >&2 || exit 1
		echo "/usr/src/linux-headers-$headers_version"
		return 0
	fi
	headers_root=$CACHE/roots/$headers_version
	[ -e "$headers_root/complete" ] ||
		locked "root-$headers_version" make_root \
			"$(kernel_release "$headers_alias")" \
			"$headers_version" "$headers_root" >&2 || exit 1
	echo "$headers_root"
}

native_headers()
{
	[ ! -e "/usr/src/linux-headers-$1/Makefile" ] || return 0
	[ "$(id -u)" = 0 ] || die "headers of kernel $1 are missing: run" \
		"'sudo apt-get install linux-headers-$1'"
	step "installing linux-headers-$1" locked apt-install \
		env DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends "linux-headers-$1"
}

# make_root RELEASE VERSION DIRECTORY
make_root()
{
	[ ! -e "$3/complete" ] || return 0
	[ "$(id -u)" = 0 ] || die "building for kernel $2 needs a build root:" \
		"run as root, or choose the kernel 'own'"
	need mmdebstrap mmdebstrap
	say "making the build root for $2 (half a minute)"
	refresh_apt "$1"
	umount "$3/proc" 2>/dev/null || :
	rm -rf --one-file-system "$3"
	mkdir -p "$CACHE/roots"
	mmdebstrap --variant=apt --include="make,gcc,linux-headers-$2" \
		--aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$1" "$3" "$APT_DIR/$1/sources.list" >"$3.log" 2>&1 || {
		rm -rf "$3"
		die "mmdebstrap failed, see $3.log"
	}
	mkdir -p "$3/build"
	touch "$3/complete"
}

# make_in_root ROOT MAKE-ARGUMENT...
# objtool wants /proc in the root. It is mounted where only this build sees it,
# so that no other build, and no interruption, can leave it or take it away.
# Inside a chroot the kernel allows no such place: there it is unmounted after
# the build, which is safe since builds for one kernel wait for each other.
make_in_root()
{
	if unshare --mount true 2>/dev/null; then
		# shellcheck disable=SC2016
		unshare --mount sh -c '
			mount -t proc proc "$0/proc" && exec chroot "$0" make "$@"
		' "$@"
	else
		make_in_root_openly "$@"
	fi
}

make_in_root_openly()
(
	in_root=$1
	shift
	trap 'umount "$in_root/proc"' EXIT
	trap 'exit 130' INT TERM HUP
	mount -t proc proc "$in_root/proc" || exit 1
	chroot "$in_root" make "$@"
)

# build_modules KERNEL SOURCE NAME: builds a copy of the module directory
# SOURCE for KERNEL; prints the directory that holds the result. Only what
# changed is built again.
build_modules()
{
	modules_kernel=$1
	modules_headers=$(kernel_headers "$1") || exit 1
	case $modules_headers in
	/usr/src/* | */build)
		modules_root=
		modules_dir=$CACHE/trees/$TREE_ID/$(kernel_version "$1")/$3 ;;
	*)
		modules_root=$modules_headers
		modules_dir=/build/$TREE_ID/$3 ;;
	esac
	locked "modules-$(kernel_version "$1")" \
		build_modules_locked "$2" >&2 || exit 1
	echo "$modules_root$modules_dir"
}

# The log of the last build is DIRECTORY.log; BUILD_FLAGS goes to make.
build_modules_locked()
{
	mirror_files "$1" "$modules_root$modules_dir"
	modules_log=$modules_root$modules_dir.log
	# shellcheck disable=SC2086
	if [ -z "$modules_root" ]; then
		make -j"$(nproc)" ${BUILD_FLAGS:-} -C "$modules_headers" \
			M="$modules_dir" modules
	else
		make_in_root "$modules_root" -j"$(nproc)" ${BUILD_FLAGS:-} \
			M="$modules_dir" modules \
			-C "/lib/modules/$(kernel_version "$modules_kernel")/build"
	fi >"$modules_log" 2>&1 || {
		tail -n 40 "$modules_log" >&2
		die "building ${1#"$TREE/"} for kernel" \
			"$(kernel_version "$modules_kernel") failed: $modules_log"
	}
	! grep 'warning:' "$modules_log" >&2 || :
}

# compiler_of HEADERS: what tells one that builds modules from another
compiler_of()
{
	if [ -e "$1/var/lib/dpkg/status" ]; then
		cat "$1/var/lib/dpkg/status"
	else
		gcc --version
	fi
}

# kept_modules KERNEL SOURCE NAME: the directory of the modules that build_modules
# makes, and nothing else. What was made of the same sources in any copy of the
# tree, by the same compiler and for the same kernel, is not made again.
kept_modules()
{
	kept_headers=$(kernel_headers "$1") || exit 1
	kept_key=$({ echo "${BUILD_FLAGS:-}"; compiler_of "$kept_headers"
		sources_hash "$2"; } | sha256sum | cut -c1-16)
	kept_dir=$CACHE/modules/$(kernel_version "$1")-$3-$kept_key
	[ -e "$kept_dir" ] || keep_modules "$@" || exit 1
	touch "$kept_dir"
	echo "$kept_dir"
}

keep_modules()
{
	keep_from=$(build_modules "$@") || exit 1
	mkdir -p "$CACHE/modules"
	find "$CACHE/modules" -mindepth 1 -maxdepth 1 -mtime +14 -exec rm -rf {} +
	keep_into=$(mktemp -d "$CACHE/modules/.new.XXXXXX")
	cp "$keep_from"/*.ko "$keep_into/" ||
		die "${2#"$TREE/"} built no module for kernel $1"
	# Whoever was as quick has made the same.
	mv -T "$keep_into" "$kept_dir" 2>/dev/null || rm -rf "$keep_into"
}
