# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Root directories for the two initramfs layers. Archives stay uncompressed:
# unpacking is slow under emulation, memory is not short.

# put_busybox ROOT: a root with busybox in every role.
put_busybox()
{
	need busybox busybox-static
	mkdir -p "$1/bin" "$1/sbin" "$1/usr/bin" "$1/usr/sbin" "$1/proc" \
		"$1/sys" "$1/dev" "$1/tmp" "$1/run" "$1/etc" "$1/root" \
		"$1/var" "$1/lib64"
	cp "$(command -v busybox)" "$1/bin/busybox"
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] ||
			ln -sf /bin/busybox "$1/bin/$applet"
	done
	# kselftest's runner looks for these two by their full names.
	ln -sf /bin/busybox "$1/usr/bin/timeout"
	ln -sf /bin/busybox "$1/usr/bin/env"
}

# put_libraries ROOT PROGRAM: the shared libraries that PROGRAM needs.
put_libraries()
{
	ldd "$2" 2>/dev/null | sed -n 's|^[^/]*\(/[^ ]*\) (0x.*|\1|p' |
		while read -r put_library; do
			[ ! -e "$1$put_library" ] || continue
			mkdir -p "$1$(dirname "$put_library")"
			cp -L "$put_library" "$1$put_library"
		done
}

# put_program ROOT PROGRAM: PROGRAM in /usr/bin, and its libraries.
put_program()
{
	mkdir -p "$1/usr/bin"
	rm -f "$1/usr/bin/${2##*/}"
	cp -L "$2" "$1/usr/bin/${2##*/}"
	chmod 755 "$1/usr/bin/${2##*/}"
	put_libraries "$1" "$2"
}

# pack_root ROOT FILE
pack_root()
{
	need cpio cpio
	(cd "$1" && find . | LC_ALL=C sort |
		cpio -o -H newc -R 0:0 --quiet) >"$2.new"
	mv "$2.new" "$2"
}
