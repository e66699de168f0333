# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A Debian userland of the machine's own release, for a guest in which the
# selftests get dash, coreutils and util-linux, as on any server.

# What the selftests and kselftest call, and the client's libraries.
USERLAND_PACKAGES=make,kmod,procps,iproute2,jq,libnl-3-200,libnl-genl-3-200,libsqlite3-0,libjansson4

# userland_root: the cached root directory; made when missing. Nobody writes to it.
userland_root()
{
	userland_dir=$CACHE/userlands/$(machine_release)-$(hash_of "$VM_D/userland.sh")
	[ -e "$userland_dir/complete" ] ||
		locked userland make_userland "$(machine_release)" "$userland_dir" >&2 || exit 1
	touch "$userland_dir"
	echo "$userland_dir/root"
}

# make_userland RELEASE DIRECTORY
make_userland()
{
	[ ! -e "$2/complete" ] || return 0
	[ "$(id -u)" = 0 ] || die "a root file system is made by root only"
	need mmdebstrap mmdebstrap
	say "making a Debian $1 userland (half a minute)"
	mkdir -p "$CACHE/userlands"
	find "$CACHE/userlands" -mindepth 1 -maxdepth 1 -mtime +14 -exec rm -rf --one-file-system {} +
	rm -rf --one-file-system "$2"
	mkdir "$2"
	write_sources "$1" "$2/sources.list"
	mmdebstrap --variant=minbase --include=$USERLAND_PACKAGES \
		--aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$1" "$2/root" "$2/sources.list" >"$2/log" 2>&1 ||
		die "mmdebstrap failed, see $2/log"
	# Half of it is for installing more, and for languages.
	rm -rf "$2"/root/var/lib/apt/lists "$2"/root/var/cache/apt "$2"/root/usr/lib/x86_64-linux-gnu/gconv
	touch "$2/complete"
}
