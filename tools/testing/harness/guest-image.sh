# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The guest under test, in two parts: a cached base per kernel (busybox, tools,
# the kernel's modules) and, per run, our module, client, tests and wishes.

GUEST_TOOLS="bash jq flock timeout date"
GUEST_MODULES="virtio_pci virtio_blk ext4 msr configs"

# guest_base KERNEL: the path of the cached base archive.
guest_base()
{
	guest_kernel=$(kernel_image "$1") || exit 1
	guest_key=$(hash_of "$VM_D"/guest/* "$VM_D/guest-image.sh" \
		"$VM_D/cpio.sh" "$(command -v busybox)" \
		"$guest_kernel/modules/modules.dep")
	guest_file=$CACHE/guests/$(basename "$guest_kernel")-$guest_key.cpio
	[ -e "$guest_file" ] ||
		locked guest-base make_guest_base "$guest_kernel" \
			"$guest_file" >&2 || exit 1
	echo "$guest_file"
}

# make_guest_base KERNEL_IMAGE FILE
make_guest_base()
{
	[ ! -e "$2" ] || return 0
	say "building the guest base for $(basename "$1")"
	mkdir -p "$CACHE/guests"
	guest_root=$(mktemp -d "$CACHE/guests/root.XXXXXX")
	put_busybox "$guest_root"
	for guest_tool in $GUEST_TOOLS; do
		need "$guest_tool" "$guest_tool"
		put_program "$guest_root" "$(command -v "$guest_tool")"
		# The real one comes first, whatever PATH a test sets.
		rm -f "$guest_root/bin/$guest_tool"
		ln -s "/usr/bin/$guest_tool" "$guest_root/bin/$guest_tool"
	done
	# shellcheck disable=SC2086
	copy_modules "$1" "$guest_root/lib/guestclock/modules" $GUEST_MODULES
	cp "$VM_D/guest/init" "$guest_root/init"
	cp "$VM_D/guest/run-tests" "$guest_root/lib/guestclock/"
	cp "$VM_D/guest/shell" "$guest_root/lib/guestclock/"
	cp "$VM_D/guest/disks" "$guest_root/lib/guestclock/"
	cp "$VM_D/guest/hostctl" "$guest_root/usr/bin/hostctl"
	chmod 755 "$guest_root/init" "$guest_root/usr/bin/hostctl"
	pack_root "$guest_root" "$2"
	rm -rf "$guest_root"
	keep_newest 12 "$CACHE"/guests/[0-9]*.cpio
}

# probed_functions: the kernel's functions at which the module puts probes, from its
# sources
probed_functions()
{
	grep -rhoE 'symbol_name = "[a-z_0-9]+"' "$TREE/kmod" | cut -d'"' -f2 |
		tr '\n' ' '
}

# guest_run_part KERNEL ROOT: what belongs to this run. Reads RUN_*.
guest_run_part()
{
	mkdir -p "$2/etc/guestclock" "$2/lib/guestclock" "$2/opt/selftests/adhoc"
	if [ "${RUN_BARE:-no}" = no ]; then
		put_module "$1" "$2"
		put_client "$2"
		put_selftests "$1" "$2"
		put_spec "$2"
	fi
	{
		echo "RUN_ID='$RUN_ID'"
		echo "RUN_MODE='$RUN_MODE'"
		echo "RUN_TESTS='$RUN_TESTS'"
		echo "RUN_NEEDS='${RUN_NEEDS:-}'"
		echo "RUN_DISK='$(run_disk)'"
		echo "RUN_TIMEOUT='$RUN_TIMEOUT'"
		echo "RUN_PROBED='$(probed_functions)'"
		echo "export GUESTCLOCK_COUNT='${GUESTCLOCK_COUNT:-check}'"
		echo "export GUESTCLOCK_HOST='$(host_name "$RUN_HOST")'"
		echo "export GUESTCLOCK_CARRY='$(host_carries "$RUN_HOST")'"
		echo "export GUESTCLOCK_KERNEL='$1'"
	} >"$2/etc/guestclock/run"
	echo "${GUESTCLOCK_MACHINE_ID:-$(tr -d - \
		</proc/sys/kernel/random/uuid)}" >"$2/etc/machine-id"
	for adhoc in $RUN_ADHOC; do
		cp "$adhoc" "$2/opt/selftests/adhoc/"
		chmod 755 "$2/opt/selftests/adhoc/${adhoc##*/}"
	done
}

put_module()
{
	if [ ! -e "$TREE/kmod/Kbuild" ]; then
		say "no kmod/Kbuild yet: the guest goes without guestclock.ko"
		return 0
	fi
	case $1 in
	/*)
		[ ! -e "$1/guestclock.ko" ] ||
			cp "$1/guestclock.ko" "$2/lib/guestclock/"
		return 0 ;;
	esac
	# Coverage wants to know where the objects are.
	module_make=kept_modules module_flags='' module_kind=
	if [ "${GUESTCLOCK_GCOV:-no}" = yes ]; then
		[ "$1" = debug ] ||
			die "only the kernel 'debug' counts what code runs"
		module_make=build_modules module_flags=GCOV_PROFILE=y module_kind=-gcov
	fi
	module_dir=$(BUILD_FLAGS=$module_flags
		$module_make "$1" "$TREE/kmod" "kmod$module_kind") || exit 1
	cp "$module_dir/guestclock.ko" "$2/lib/guestclock/" ||
		die "kmod/ built no guestclock.ko for kernel $1"
	# Beside it the same module with what only tests may ask of it.
	module_dir=$(BUILD_FLAGS="CONFIG_GUESTCLOCK_INJECT=y $module_flags"
		$module_make "$1" "$TREE/kmod" "kmod-inject$module_kind") || exit 1
	mkdir -p "$2/lib/guestclock/inject"
	cp "$module_dir/guestclock.ko" "$2/lib/guestclock/inject/" ||
		die "kmod/ built no guestclock.ko for kernel $1"
	# Only a kernel with KUnit has this one.
	[ ! -e "$module_dir/guestclock_kunit.ko" ] ||
		cp "$module_dir/guestclock_kunit.ko" "$2/lib/guestclock/"
}

put_client()
{
	client_dir=$(build_client) || exit 1
	if [ -z "$client_dir" ]; then
		say "no user/Makefile yet: the guest goes without the client"
		return 0
	fi
	for client in "$client_dir"/guestclock "$client_dir"/guestclock-*; do
		[ ! -f "$client" ] || [ ! -x "$client" ] ||
			put_program "$1" "$client"
	done
	[ -e "$1/usr/bin/guestclock" ] || die "user/ built no guestclock"
}

put_selftests()
{
	tests_dir=$(build_selftests) || exit 1
	[ -n "$tests_dir" ] || return 0
	cp -r "$tests_dir" "$2/opt/selftests/guestclock"
	for tests_program in "$2"/opt/selftests/guestclock/*; do
		put_libraries "$2" "$tests_program"
	done
	tests_module=$TREE/tools/testing/selftests/guestclock/test_module
	[ -d "$tests_module" ] || return 0
	# The test module needs a built kernel's headers.
	case $1 in /*) return 0 ;; esac
	module_dir=$(kept_modules "$1" "$tests_module" test_module) || exit 1
	mkdir -p "$2/opt/selftests/guestclock/test_module"
	cp "$module_dir"/*.ko "$2/opt/selftests/guestclock/test_module/"
}
