# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# How sources are written: kernel style, documentation, licences, lengths.

# Rules of the kernel that make no sense for our version shims and the licence.
STYLE_IGNORE=FILE_PATH_CHANGES,LINUX_VERSION_CODE,SPDX_LICENSE_TAG
# Programs have C's own integer types and no kernel macros; SQL and help texts
# are longer than a line.
PROGRAM_IGNORE=$STYLE_IGNORE,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,SPLIT_STRING

# style_stamps: for each file named on standard input, what is there once checkpatch
# found nothing in it, and its name.
style_stamps()
{
	style_id=$({ echo "$ignore"; cat "$source_tree/scripts/checkpatch.pl"; } |
		sha256sum | cut -c1-16)
	while read -r file; do
		echo "$CACHE/lint/style-$style_id-$(sha256sum <"$file" | cut -c1-32) $file"
	done
}

# checkpatch leaves a file behind where it stands. It is slow: what it found nothing in
# is not looked at again.
checkpatch()
(
	ignore=$1
	shift
	mkdir -p "$CACHE/lint"
	tracked "$@" | grep -v -e /generated/ -e /include/uapi/ | style_stamps |
		while read -r stamp file; do
			[ -e "$stamp" ] || echo "$stamp $file"
		done >"$work/unchecked"
	cd "$work"
	cut -d' ' -f2- unchecked |
		xargs -r -n 20 -P "$(nproc)" \
			perl "$source_tree/scripts/checkpatch.pl" --no-tree \
			--strict -f --no-summary --terse --show-types \
			--ignore "$ignore" >"$work/style" \
			2>"$work/checkpatch.errors" || status=$?
	# 123 is what xargs makes of findings; a program that is not there or
	# breaks down ends with another status.
	case ${status:-0} in
	0 | 123) ;;
	*) cat "$work/checkpatch.errors"; return 1 ;;
	esac
	# C's names of integer formats, and libFuzzer's, are not ours to spell.
	! grep -vE 'CamelCase: <((PRI|SCN)[a-z]+[0-9]+|LLVMFuzzer[A-Za-z]+)>' \
		"$work/style" || return 1
	cut -d' ' -f1 unchecked | xargs -r touch
)

# kernel_doc: kernel-doc is content with its own silence only.
kernel_doc()
{
	tracked 'kmod/*.c' 'kmod/*.h' | grep -v /generated/ |
		xargs python3 "$source_tree/scripts/kernel-doc" -none -Wall \
			>"$work/doc" 2>&1 || { cat "$work/doc"; return 1; }
	! grep . "$work/doc"
}

shell_check()
{
	tracked tools user .ci | while read -r script; do
		case $(head -c 40 "$script" | head -n 1) in
		'#!/bin/sh' | '#!/bin/bash') echo "$script" ;;
		esac
	done >"$work/scripts"
	xargs -n 8 -P "$(nproc)" shellcheck -x -P SCRIPTDIR -S warning <"$work/scripts"
}

# licences: every source names its licence in one of its first three lines.
licences()
{
	cd "$tree"
	git ls-files -co --exclude-standard 2>/dev/null |
		grep -vE '^Documentation/licenses/|/fixtures/|/kept/|/fuzz/corpus/[^/]*/|/(config|settings|splats|splats-allowed)$|\.gitignore$|\.(json|jsonl|db)$' |
		while read -r file; do
			[ ! -f "$file" ] || head -n 3 "$file" |
				grep -q 'SPDX-License-Identifier:' ||
				echo "$file: no SPDX-License-Identifier"
		done >"$work/licences"
	! grep . "$work/licences"
}

versions()
{
	cd "$tree"
	! grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' kmod \
		--include='*.[ch]' --exclude-dir=compat
}

lengths()
{
	tracked '*.c' '*.h' '*.sh' 'tools/testing/*' | grep -v -e /fuzz/corpus/ -e /include/uapi/ |
		xargs wc -l |
		awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines, more than 400"; bad = 1 }
			END { exit bad }'
}

# documents: reStructuredText that docutils has nothing to say of; man pages as such
documents()
{
	for page in "$tree"/Documentation/*.rst; do
		rst2html --strict "$page" "$work/page" || return 1
	done
	for page in "$tree"/Documentation/man/*.rst; do
		rst2man --strict "$page" "$work/page" || return 1
	done
}

# regenerated: the generated netlink files are what the spec gives.
regenerated()
{
	"$tree/tools/regen-netlink.sh" "$source_tree" "$work/regen" || return 1
	(cd "$work/regen" && find . -type f) >"$work/generated"
	while read -r file; do
		diff -u "$tree/$file" "$work/regen/$file" || return 1
	done <"$work/generated"
}
