# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The newest kernel's own netlink client in the guest, with the machine's
# Python: 45 MB, so only for tests that mention GUESTCLOCK_YNL.

python_name()
{
	basename "$(readlink -f /usr/bin/python3)"
}

# python_packages: those whose files make a Python that can read YAML.
python_packages()
{
	python=$(python_name)
	echo "$python-minimal lib$python-minimal lib$python-stdlib python3-yaml"
}

# ynl_image: the path of the cached archive.
ynl_image()
{
	ynl_source=$(kernel_source) || exit 1
	ynl_packages=$(python_packages)
	# shellcheck disable=SC2086
	ynl_key=$(dpkg-query -W $ynl_packages 2>/dev/null |
		cat - "$VM_D/ynl.sh" "$ynl_source"/tools/net/ynl/pyynl/*.py \
			"$ynl_source"/tools/net/ynl/pyynl/lib/*.py |
		sha256sum | cut -c1-16)
	ynl_file=$CACHE/guests/ynl-$ynl_key.cpio
	[ -e "$ynl_file" ] ||
		locked guest-ynl make_ynl_image "$ynl_source" "$ynl_file" >&2 ||
		exit 1
	echo "$ynl_file"
}

# make_ynl_image SOURCE FILE
make_ynl_image()
{
	[ ! -e "$2" ] || return 0
	say "packing Python and the YNL client for guests"
	mkdir -p "$CACHE/guests"
	ynl_root=$(mktemp -d "$CACHE/guests/root.XXXXXX")
	for ynl_package in $ynl_packages; do
		copy_package "$ynl_package" "$ynl_root"
	done
	ln -sf "$(python_name)" "$ynl_root/usr/bin/python3"
	find "$ynl_root" -name '*.so' -o -path '*/bin/python3*' -type f |
		while read -r ynl_binary; do
			put_libraries "$ynl_root" "$ynl_binary"
		done
	mkdir -p "$ynl_root/opt/ynl"
	cp -r "$1/tools/net/ynl/pyynl" "$ynl_root/opt/ynl/"
	# The emulated guest would take seconds to compile these.
	/usr/bin/python3 -m compileall -q "$ynl_root/usr/lib" "$ynl_root/opt" ||
		die "Python cannot compile its own library"
	pack_root "$ynl_root" "$2"
	rm -rf "$ynl_root"
	keep_newest 2 "$CACHE"/guests/ynl-*.cpio
}

# copy_package PACKAGE ROOT: the installed files of a package but for manuals.
copy_package()
{
	dpkg -L "$1" >/dev/null 2>&1 ||
		die "package $1 is missing: run tools/testing/setup"
	dpkg -L "$1" | grep -v -e '^/usr/share/' -e /test/ -e /pydoc_data/ \
		-e /idlelib/ -e /lib2to3/ -e /ensurepip/ |
		while read -r copy_file; do
			[ -f "$copy_file" ] || [ -L "$copy_file" ] || continue
			echo "${copy_file#/}"
		done | tar -c -C / -T - | tar -x -C "$2"
}

# put_spec ROOT: our side of it, which is the tree's.
put_spec()
{
	mkdir -p "$1/opt/ynl"
	cp "$TREE/Documentation/netlink/specs/guestclock.yaml" "$1/opt/ynl/"
}
