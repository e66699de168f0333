# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Guest kernels that no package has: "debug" and "kcsan", built from the newest
# linux-source and the fragments in kernels/, into the cache. An interrupted
# build goes on where it stopped; nothing is built again while source, fragments,
# flags and compiler are the same.

BUILT_KERNELS="debug kcsan"
# Compiling reports every so many objects.
BUILT_REPORT_EVERY=100

# The sanitizers instrument the module, and of the kernel what handles the
# module's memory. The rest would double the time of build and tests, and is
# others' to test. Whole directories, as the kernel's makefiles know them.
BUILT_SANITIZED="kernel kernel/module kernel/time kernel/trace net net/%
	lib fs fs/debugfs fs/kernfs fs/sysfs drivers/base drivers/char"

# is_built NAME: whether the harness builds this kernel itself.
is_built()
{
	case " $BUILT_KERNELS " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# built_fragments NAME
built_fragments()
{
	echo "$VM_D/kernels/guest.config" "$VM_D/kernels/$1.config"
}

# Where KCSAN is told of the barriers that the module relies on; without these it
# would take an access for one that can leave its critical section.
BUILT_BARRIERS="kernel kernel/irq kernel/locking kernel/module kernel/rcu
	kernel/sched kernel/time lib mm"

# built_if_in DIRECTORIES: y or n, as make finds out for each directory.
built_if_in()
{
	echo "\$(if \$(filter $(echo "$1" | tr -s '\n\t' '  '),\$(obj)),y,n)"
}

# built_flags NAME: a line for each of make's variables for the kernel itself; the
# module is built without them, so it is instrumented whatever they say.
built_flags()
{
	case $1 in
	debug)
		echo "KASAN_SANITIZE=$(built_if_in "$BUILT_SANITIZED")"
		echo "UBSAN_SANITIZE=$(built_if_in "$BUILT_SANITIZED")" ;;
	# Of the kernel only what it shares with the module races with it, and
	# the watchpoints of the module's own accesses see that.
	kcsan)
		echo "KCSAN_SANITIZE=n"
		echo "KCSAN_INSTRUMENT_BARRIERS=$(built_if_in "$BUILT_BARRIERS")" ;;
	esac
}

# built_make SOURCE OBJECTS ARGUMENT...: make of the kernel BUILT_NAME's own tree.
built_make()
{
	built_source=$1
	built_objects=$2
	shift 2
	built_flags "$BUILT_NAME" >"$built_objects/flags"
	while read -r built_flag; do
		set -- "$@" "$built_flag"
	done <"$built_objects/flags"
	make -C "$built_source" O="$built_objects" ARCH=x86_64 "$@"
}

# built_key NAME SOURCE: what tells one built kernel from another.
built_key()
{
	# shellcheck disable=SC2046 # paths of our own making
	{
		head -n 5 "$2/Makefile"
		cat $(built_fragments "$1")
		built_flags "$1"
		gcc --version | head -n 1
	} | sha256sum | cut -c1-8
}

# built_version NAME: the kernel's version and key; fetches the source. It is
# the name of its directory, and what modules_dir and a soak's memory go by.
built_version()
{
	built_tree=$(kernel_tree) || exit 1
	built_number=$(sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = //p' \
		"$built_tree/Makefile" | paste -sd.)
	echo "$built_number-$1-$(built_key "$1" "$built_tree")"
}

# built_headers NAME: the directory modules are built in.
built_headers()
{
	built_image=$(built_kernel "$1") || exit 1
	echo "$built_image/build"
}

# built_kernel NAME: the directory of the kernel, in kernel_image's form.
built_kernel()
{
	built_name=$(built_version "$1") || exit 1
	built_dir=$CACHE/kernels/$built_name
	[ -e "$built_dir/complete" ] ||
		locked "kernel-$built_name" build_kernel "$1" "$built_dir" >&2 ||
		exit 1
	echo "$built_dir"
}

# build_kernel NAME DIRECTORY: everything of it is built in, so that modules/
# has only the lists that say so.
build_kernel()
{
	[ ! -e "$2/complete" ] || return 0
	for build_tool in "flex flex" "bison bison" "bc bc"; do
		# shellcheck disable=SC2086 # a program and its package
		need $build_tool
	done
	build_tree=$(kernel_tree) || exit 1
	build_log=$2/build.log
	build_began=$(date +%s)
	mkdir -p "$2/build" "$2/modules" "$2/lib/modules"
	BUILT_NAME=$1
	build_config "$1" "$build_tree" "$2/build"
	say "building the kernel $1 (many minutes, once); its log is $build_log"
	build_objects "$build_tree" "$2/build"
	cp "$2/build/arch/x86/boot/bzImage" "$2/vmlinuz"
	: >"$2/modules/modules.dep"
	ln -sfn ../../modules "$2/lib/modules/$(cat \
		"$2/build/include/config/kernel.release")"
	drop_objects "$2/build"
	drop_older "$1" "$2"
	touch "$2/complete"
	say "the kernel $1 took $(($(date +%s) - build_began)) s"
}

# build_config NAME SOURCE OBJECTS: the fragments on top of tinyconfig. What did
# not take effect is named: a kernel without it would test less than it says.
build_config()
{
	[ ! -e "$3/.configured" ] || return 0
	# shellcheck disable=SC2046
	set -- "$@" $(built_fragments "$1")
	config_into=$3
	{
		built_make "$2" "$3" -s tinyconfig
		shift 3
		cat "$@" >>"$config_into/.config"
		built_make "$build_tree" "$config_into" -s olddefconfig
	} >"$config_into/../config.log" 2>&1 ||
		die "cannot configure the kernel: $config_into/../config.log"
	config_lost=$(cat "$@" | options_lost "$config_into/.config")
	[ -z "$config_lost" ] || die "the kernel did not take these options:" \
		"$config_lost; correct the fragments:" "$@"
	touch "$config_into/.configured"
}

# options_lost CONFIG: those of the fragment on stdin that CONFIG does not have.
options_lost()
{
	sed -n '/^CONFIG_/p' | while IFS='=' read -r option value; do
		if [ "$value" = n ]; then
			! grep -q "^$option=" "$1" || echo "$option=n"
		else
			grep -qx "$option=$value" "$1" || echo "$option=$value"
		fi
	done | paste -sd' '
}

# build_objects SOURCE OBJECTS: the log is kept, a line now and then is shown.
build_objects()
{
	: >"$build_log"
	{
		built_make "$@" -j"$(nproc)" bzImage modules 2>&1 ||
			echo "guestclock-build: failed"
	} | tee "$build_log" | awk -v every="$BUILT_REPORT_EVERY" '
		/^  (CC|AS) / && ++count % every == 0 {
			print count " objects"; fflush()
		}' | while read -r build_progress; do
			say "  $build_progress"
		done
	! grep -qx 'guestclock-build: failed' "$build_log" || {
		grep -E '(error|Error)[: ]' "$build_log" | head -n 20 >&2
		die "building the kernel failed, see $build_log"
	}
}

# drop_objects DIRECTORY: half a gigabyte that only linking needed; building
# modules wants the tools, the headers and the list of symbols.
drop_objects()
{
	find "$1" \( -path "$1/scripts" -o -path "$1/tools" \) -prune -o \
		\( -name '*.o' -o -name '*.a' -o -name 'vmlinux*' \
		-o -name '.tmp_*' -o -name bzImage \) -type f -exec rm -f {} +
}

# drop_older NAME DIRECTORY: kernels of that name which have had their day.
drop_older()
{
	for older in "$CACHE"/kernels/*-"$1"-*; do
		[ "$older" = "$2" ] || [ ! -e "$older" ] ||
			[ -z "$(find "$older" -maxdepth 0 -mtime +7)" ] ||
			rm -rf "$older"
	done
}
