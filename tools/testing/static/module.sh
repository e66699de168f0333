# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The module under compilers that are asked for all they know: sparse, gcc with
# W=1 against every kernel, and clang with W=1 against a tree of its own.

# shellcheck source=../harness/lib.sh
. "$VM_D/lib.sh"
# shellcheck source=../harness/apt.sh
. "$VM_D/apt.sh"
# shellcheck source=../harness/built-kernels.sh
. "$VM_D/built-kernels.sh"
# shellcheck source=../harness/kernels.sh
. "$VM_D/kernels.sh"
# shellcheck source=../harness/source.sh
. "$VM_D/source.sh"
# shellcheck source=../harness/buildroot.sh
. "$VM_D/buildroot.sh"
# shellcheck source=../harness/mirror.sh
. "$VM_D/mirror.sh"

# A warning is an error, so that it is told again at each run, not only when its
# file is compiled. kernel-doc, which W=1 runs too, is a check of its own here:
# build roots lack what it needs.
STRICT="W=1 KCFLAGS=-Werror CONFIG_GUESTCLOCK_INJECT=y cmd_checkdoc=:"

# no_warning DIRECTORY: what make printed has none; modpost and objtool have no
# -Werror, so what they looked at has to be made again.
no_warning()
{
	! grep -iE '(warning|error):' "$1.log" || {
		find "$1" -name '*.o' -delete
		return 1
	}
}

# module_compilers: those of this machine and of every build root.
module_compilers()
{
	gcc --version | head -n 1
	cat "$CACHE"/roots/*/var/lib/dpkg/status 2>/dev/null || :
}

# unless_kept NAME COMMAND...: COMMAND, unless it found nothing in this module with
# the same compilers before, in whatever copy of the tree. NAME says which check
# and which kernel.
unless_kept()
{
	kept=$CACHE/lint/module-$({ echo "$1 $STRICT"; module_compilers; } |
		sha256sum | cut -c1-16)-$(sources_hash "$tree/kmod")
	shift
	[ ! -e "$kept" ] || return 0
	"$@" || return 1
	mkdir -p "$CACHE/lint"
	touch "$kept"
}

sparse_module()
{
	unless_kept "$(sparse --version) $(kernel_version own)" run_sparse
}

run_sparse()
{
	sparse_log=$work/sparse
	"$tree/tools/testing/vm" sparse own >"$sparse_log" 2>&1 || {
		cat "$sparse_log"
		return 1
	}
	# It was run at all, and what it says about the headers is not ours to mend.
	grep -q CHECK "$sparse_log" || {
		echo "sparse checked no file: see $sparse_log"
		return 1
	}
	! grep -E '/sparse/[^ ]*: (warning|error):' "$sparse_log"
}

# strict_gcc KERNEL
strict_gcc()
{
	strict_version=$(kernel_version "$1") || return 1
	unless_kept "gcc $strict_version" build_strictly "$1"
}

build_strictly()
{
	BUILD_FLAGS=$STRICT
	strict_dir=$(build_modules "$1" "$tree/kmod" strict) || return 1
	no_warning "$strict_dir"
}

# llvm_root: a root of the release whose clang is new enough for the newest
# kernel; made when missing.
llvm_root()
{
	llvm_root_dir=$CACHE/roots/llvm
	[ -e "$llvm_root_dir/complete" ] ||
		locked root-llvm make_llvm_root "$llvm_root_dir" >&2 || exit 1
	echo "$llvm_root_dir"
}

# make_llvm_root DIRECTORY
make_llvm_root()
{
	[ ! -e "$1/complete" ] || return 0
	need mmdebstrap mmdebstrap
	say "making a root with clang (a minute)"
	refresh_apt trixie
	umount "$1/proc" 2>/dev/null || :
	rm -rf --one-file-system "$1"
	mkdir -p "$CACHE/roots"
	mmdebstrap --variant=apt \
		--include=make,clang,lld,llvm,flex,bison,bc,libc6-dev,libelf-dev \
		--aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		trixie "$1" "$APT_DIR/trixie/sources.list" >"$1.log" 2>&1 || {
		rm -rf "$1"
		die "mmdebstrap failed, see $1.log"
	}
	mkdir -p "$1/build"
	touch "$1/complete"
}

llvm_make()
{
	make_in_root "$llvm" ARCH=x86_64 LLVM=1 -j"$(nproc)" "$@"
}

# prepare_llvm_tree: the newest kernel's tree, configured and prepared by clang,
# as /build/prepared of the root. Its sources are shared, not copied.
prepare_llvm_tree()
{
	prepare_id=$(basename "$(dirname "$1")")-$(hash_of \
		"$TESTING/in-tree.config")
	[ "$(cat "$llvm/build/prepared.of" 2>/dev/null)" != "$prepare_id" ] ||
		return 0
	say "preparing $prepare_id with clang (a minute or two)"
	rm -rf "$llvm/build/linux" "$llvm/build/prepared" "$llvm/build/prepared.of"
	cp -al "$1" "$llvm/build/linux"
	prepare_log=$llvm/build/prepare.log
	{
		llvm_make -s -C /build/linux O=/build/prepared tinyconfig &&
			cat "$TESTING/in-tree.config" >>"$llvm/build/prepared/.config" &&
			llvm_make -s -C /build/prepared olddefconfig &&
			llvm_make -s -C /build/prepared modules_prepare
	} >"$prepare_log" 2>&1 || {
		tail -n 20 "$prepare_log"
		die "preparing a kernel tree with clang failed: $prepare_log"
	}
	echo "$prepare_id" >"$llvm/build/prepared.of"
}

# build_with_clang: nothing knows the symbols of a kernel that was not built,
# so that modpost's words about them say nothing.
build_with_clang()
{
	prepare_llvm_tree "$1" || return 1
	mirror_files "$tree/kmod" "$llvm/build/$TREE_ID/clang"
	# shellcheck disable=SC2086
	llvm_make -C /build/prepared $STRICT KBUILD_MODPOST_WARN=1 \
		M="/build/$TREE_ID/clang" modules \
		>"$llvm/build/$TREE_ID/clang.log" 2>&1 || {
		tail -n 40 "$llvm/build/$TREE_ID/clang.log"
		return 1
	}
}

strict_clang()
{
	llvm=$(llvm_root) || return 1
	clang_source=$(kernel_tree) || return 1
	unless_kept "clang $(basename "$(dirname "$clang_source")")" clang_strictly
}

clang_strictly()
{
	locked modules-llvm build_with_clang "$clang_source" || return 1
	clang_dir=$llvm/build/$TREE_ID/clang
	sed -i -E '/^WARNING: (.*Module.symvers.* is missing|modpost: .* undefined!|modpost: suppressed )/d' \
		"$clang_dir.log"
	no_warning "$clang_dir"
}
