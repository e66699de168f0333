# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Guest kernels by short name: those of kernels.cfg, of which the first of the
# machine's own release is also "own", and debug and kcsan, built by built-kernels.sh.
# A path is a directory with vmlinuz, modules/ and perhaps guestclock.ko, built by
# whoever names it.

KERNELS_CFG=$TESTING/kernels.cfg

# kernel_field COLUMN WHERE VALUE: the first such column of kernels.cfg
kernel_field()
{
	awk -v column="$1" -v where="$2" -v value="$3" '!/^#/ && $where == value {
		print $column; exit }' "$KERNELS_CFG"
}

packaged_kernels()
{
	awk '!/^#/ && NF { print $1 }' "$KERNELS_CFG"
}

kernel_names()
{
	echo "$(packaged_kernels | tr '\n' ' ')own $BUILT_KERNELS"
}

machine_release()
{
	# shellcheck disable=SC1091
	. /etc/os-release
	echo "${VERSION_CODENAME:-unknown}"
}

# kernel_alias NAME: own becomes the name of this release's kernel.
kernel_alias()
{
	case $1 in
	own)
		alias_own=$(kernel_field 1 2 "$(machine_release)")
		[ -n "$alias_own" ] || die "kernels.cfg has no kernel of" \
			"$(machine_release), this machine's release; name one of:" \
			"$(kernel_names)"
		echo "$alias_own" ;;
	/*)
		[ -e "$1/vmlinuz" ] || die "there is no kernel in $1"
		echo "$1" ;;
	*)
		is_built "$1" || [ -n "$(kernel_field 1 1 "$1")" ] ||
			die "unknown kernel '$1': one of $(kernel_names)"
		echo "$1" ;;
	esac
}

# kernel_release ALIAS: the Debian release whose archive holds the kernel;
# "native" where that is the machine's own, with its own apt configuration.
kernel_release()
{
	home=$(kernel_field 2 1 "$1")
	if [ "$home" = "$(machine_release)" ]; then
		echo native
	else
		echo "${home%-backports}"
	fi
}

# kernel_version NAME: the full version, remembered for a day so that a warm
# run asks nobody. An unreachable mirror leaves the last answer in force.
kernel_version()
{
	version_alias=$(kernel_alias "$1") || exit 1
	if is_built "$version_alias"; then
		built_version "$version_alias"
		return
	fi
	version_file=$CACHE/resolved/$version_alias
	if [ -z "$(find "$version_file" -mmin -1440 2>/dev/null)" ]; then
		locked "resolve" resolve_kernel "$version_alias" >&2 || exit 1
	fi
	cat "$version_file"
}

resolve_kernel()
{
	resolve_release=$(kernel_release "$1")
	[ "$resolve_release" = native ] || refresh_apt "$resolve_release"
	mkdir -p "$CACHE/resolved"
	resolve_headers=$(kernel_field 3 1 "$1")
	resolved=$(newest_package "$resolve_release" "${resolve_headers%%\**}" \
		"${resolve_headers##*\*}")
	if [ -z "$resolved" ]; then
		[ -e "$CACHE/resolved/$1" ] ||
			die "no $resolve_headers in the archive of $(kernel_field 2 1 "$1")"
		say "no answer for kernel $1: keeping $(cat "$CACHE/resolved/$1")"
		return 0
	fi
	echo "${resolved#linux-headers-}" >"$CACHE/resolved/$1.new"
	mv "$CACHE/resolved/$1.new" "$CACHE/resolved/$1"
	say "kernel $1 is $(cat "$CACHE/resolved/$1")"
}

# kernel_image NAME: the directory that holds vmlinuz and modules/ (flat,
# uncompressed .ko files and modules.dep); fetched when missing.
kernel_image()
{
	case $1 in
	/*)
		kernel_alias "$1"
		return ;;
	debug | kcsan)
		built_kernel "$1"
		return ;;
	esac
	image_version=$(kernel_version "$1") || exit 1
	image_dir=$CACHE/kernels/$image_version
	[ -e "$image_dir/complete" ] ||
		locked "kernel-$image_version" fetch_kernel \
			"$(kernel_release "$(kernel_alias "$1")")" \
			"$image_version" "$image_dir" >&2 || exit 1
	echo "$image_dir"
}

# fetch_kernel RELEASE VERSION DIRECTORY
fetch_kernel()
{
	[ ! -e "$3/complete" ] || return 0
	say "fetching kernel $2"
	rm -rf "$3"
	mkdir -p "$3/root"
	# Newer packages are split: the image proper, and the modules.
	fetch_log=$3/fetch.log
	unpack_packages "$1" "$3/root" "linux-binary-$2" "linux-modules-$2" \
		>"$fetch_log" 2>&1 ||
		unpack_packages "$1" "$3/root" "linux-image-$2" \
			>>"$fetch_log" 2>&1 ||
		die "cannot fetch kernel $2, see $fetch_log"
	fetch_vmlinuz=$(find "$3/root" -name 'vmlinuz*' -type f | head -n 1)
	fetch_modules=$(find "$3/root" -type d -path "*/modules/$2")
	[ -n "$fetch_vmlinuz" ] || die "kernel $2: no vmlinuz in its package"
	[ -n "$fetch_modules" ] || die "kernel $2: no modules in its package"
	mv "$fetch_vmlinuz" "$3/vmlinuz"
	mv "$fetch_modules" "$3/modules"
	rm -rf "$3/root"
	mkdir -p "$3/lib/modules"
	ln -s ../../modules "$3/lib/modules/$2"
	/sbin/depmod -b "$3" "$2" 2>>"$fetch_log" ||
		die "depmod failed for kernel $2, see $fetch_log"
	touch "$3/complete"
}

# copy_modules IMAGE_DIR DESTINATION NAME...: the named modules and what they
# depend on, uncompressed, with a file "order" to insmod them by. A module
# that is built in is left out, silently: it is there already.
copy_modules()
{
	modules_image=$1
	modules_into=$2
	shift 2
	modules_version=$(ls "$modules_image/lib/modules")
	mkdir -p "$modules_into"
	: >"$modules_into/order"
	for module_name; do
		/sbin/modprobe -d "$modules_image" -S "$modules_version" \
			--show-depends "$module_name" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++' | while read -r module_file; do
		module_base=$(basename "$module_file")
		case $module_base in
		*.xz)
			module_base=${module_base%.xz}
			xz -dc "$module_file" >"$modules_into/$module_base" ;;
		*.zst)
			module_base=${module_base%.zst}
			zstd -qdc "$module_file" >"$modules_into/$module_base" ;;
		*)
			cp "$module_file" "$modules_into/$module_base" ;;
		esac
		echo "$module_base" >>"$modules_into/order"
	done
}
