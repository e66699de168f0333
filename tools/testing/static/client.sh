# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The client and the tests' C code: compilers with more warnings than a build
# has, clang-tidy and cppcheck.

STRICT_WARNINGS="-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wold-style-definition -Wpointer-arith -Wvla -Wformat=2 -Wundef -Wredundant-decls
	-Wnested-externs -Wnull-dereference -Wimplicit-fallthrough"
GCC_WARNINGS="-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init"

program_sources()
{
	tracked 'user/*.c' 'tools/*.c' | grep -v /test_module/
}

client_flags()
{
	# shellcheck disable=SC2016 # make's
	make -s -C "$tree/user" --eval='lint-flags:; @echo $(GC_BASE_CFLAGS) $(PKG_CFLAGS)' \
		lint-flags
}

# flags_for FILE: as its own Makefile compiles it.
flags_for()
{
	flags_testing=$tree/tools/testing
	case $1 in
	*/selftests/*)
		# clang finds two signs in NLMSG_OK, the kernel's own macro.
		echo "-std=gnu11 -D_GNU_SOURCE= -Wno-sign-compare" \
			"-I$tree/kmod/include/uapi" ;;
	*/unit/test_pvclock_math.c | */unit/test_tsc_* | */tsc_pair/* | \
	*/unit/test_watchdog_check.c | */unit/test_watchdog_notable.c)
		echo "-std=gnu11 -D_GNU_SOURCE= -I$flags_testing/unit/kernel-shim" \
			"-I$tree/kmod -I$tree/kmod/include -I$flags_testing/unit" \
			"-I$flags_testing/tsc_pair -I$tree/user/lib" ;;
	*) echo "$base_flags -I$flags_testing/unit -I$flags_testing/fuzz" \
		"-DFIXTURES=\"fixtures\"" ;;
	esac
}

# compiles FILE: by gcc, without a word.
compiles()
{
	# shellcheck disable=SC2046,SC2086
	gcc -O2 $STRICT_WARNINGS $GCC_WARNINGS $(flags_for "$1") -c -o /dev/null "$1"
}

# hash_of_unit FILE: of all of ours that it is compiled from.
hash_of_unit()
{
	# shellcheck disable=SC2046
	{
		flags_for "$1" | sed "s|$tree/||g"
		clang $(flags_for "$1") -MM "$1" | tr -s ' \\\n' '\n' | sed 1d |
			xargs cat
	} | sha256sum | cut -c1-32
}

# tidies FILE: neither clang nor clang-tidy finds anything. It is slow: what it found
# nothing in is not looked at again until it, a header of its or the configuration
# changes.
tidies()
{
	tidies_done=$CACHE/lint/tidy-$tidy_id-$(hash_of_unit "$1")
	[ ! -e "$tidies_done" ] || return 0
	tidies_log=$(mktemp "$work/tidy.XXXXXX")
	# shellcheck disable=SC2046,SC2086
	clang-tidy --quiet --checks='clang-diagnostic-*' "$1" -- \
		-O2 $STRICT_WARNINGS $(flags_for "$1") >"$tidies_log" 2>&1 &&
		! grep -E '(warning|error):' "$tidies_log" || {
		cat "$tidies_log"
		return 1
	}
	touch "$tidies_done"
}

# in_parallel COMMAND...: for every source, on every CPU.
in_parallel()
{
	base_flags=$(client_flags) || return 1
	export base_flags tree work CACHE
	program_sources | xargs -P "$(nproc)" -n 1 "$static_d/each" "$@"
}

clang_tidy()
{
	tidy_id=$(cd "$tree" && {
		clang-tidy --version
		echo "$STRICT_WARNINGS"
		cat .clang-tidy user/.clang-tidy
	} | sha256sum | cut -c1-16)
	export tidy_id
	mkdir -p "$CACHE/lint"
	find "$CACHE/lint" -mtime +30 -delete
	in_parallel tidies
}

# cpp_check: newer versions look at all branches only when asked to.
cpp_check()
{
	cpp_level=
	! cppcheck --help | grep -q check-level ||
		cpp_level=--check-level=exhaustive
	# shellcheck disable=SC2046,SC2086
	cppcheck $cpp_level -j "$(nproc)" --quiet --enable=warning,performance,portability \
		--inline-suppr --std=c11 -D__x86_64__ --error-exitcode=1 \
		-I "$tree/kmod/include/uapi" -I "$tree/kmod/generated" -I "$tree/user" \
		-I "$tree/user/lib" -I "$tree/user/out" -I "$tree/tools/testing/unit" \
		$(program_sources)
}
