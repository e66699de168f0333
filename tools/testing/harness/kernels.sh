# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Guest kernels by short name: which package that is today, and its unpacked
# image. 6.1 and 6.12 are Debian's cloud kernels of bookworm and trixie, 7 is
# the newest 7.x of trixie-backports, own is the machine's own release's. debug
# and kcsan are built by built-kernels.sh. A path is a directory with vmlinuz,
# modules/ and perhaps guestclock.ko, built by whoever names it.

KERNEL_NAMES="6.1 6.12 7 own $BUILT_KERNELS"

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
		case $(machine_release) in
		bookworm) echo 6.1 ;;
		trixie) echo 6.12 ;;
		*) die "kernel 'own' needs Debian 12 or 13; name one of:" \
			"$KERNEL_NAMES" ;;
		esac ;;
	6.1 | 6.12 | 7 | debug | kcsan) echo "$1" ;;
	/*)
		[ -e "$1/vmlinuz" ] || die "there is no kernel in $1"
		echo "$1" ;;
	*) die "unknown kernel '$1': one of $KERNEL_NAMES" ;;
	esac
}

# kernel_release ALIAS: the Debian release whose archive holds the kernel;
# "native" where that is the machine's own, with its own apt configuration.
kernel_release()
{
	case $1 in
	6.1) home=bookworm ;;
	6.12) home=trixie ;;
	7) home=trixie-backports ;;
	esac
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
	resolved=$(newest_package "$resolve_release" "linux-headers-$1." \
		-cloud-amd64)
	if [ -z "$resolved" ]; then
		[ -e "$CACHE/resolved/$1" ] ||
			die "no linux-headers-$1.*-cloud-amd64 in the archive"
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
