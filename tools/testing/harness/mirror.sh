# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Copies of source directories in the cache, kept in step with the tree.

# source_list DIRECTORY: its source files; what git ignores was built.
source_list()
{
	(cd "$1" && {
		git ls-files -co --exclude-standard 2>/dev/null ||
			find . -type f ! -name '*.o' ! -name '*.ko' \
				! -name '*.cmd' ! -name '*.mod' ! -name '*.d' \
				! -name '*.mod.c' ! -name Module.symvers \
				! -name modules.order ! -name .flags
	} | LC_ALL=C sort | while read -r source_file; do
		[ ! -f "$source_file" ] || echo "$source_file"
	done)
}

# sources_hash DIRECTORY: of its source files, names and contents
sources_hash()
{
	(cd "$1" && source_list . | xargs -r -d '\n' sha256sum) | sha256sum | cut -c1-16
}

# mirror_files FROM TO: TO gets FROM's sources, loses what FROM lost, and keeps
# what was built in it. A file whose content differs gets the present time, so
# that make sees it even where FROM went back to an older version.
mirror_files()
{
	need rsync rsync
	mkdir -p "$2"
	mirror_list=$2/.sources
	source_list "$1" >"$mirror_list.new"
	if [ -e "$mirror_list" ]; then
		LC_ALL=C comm -23 "$mirror_list" "$mirror_list.new" |
			(cd "$2" && xargs -r -d '\n' rm -f)
	fi
	rsync -rlp --checksum --files-from="$mirror_list.new" "$1/" "$2/" ||
		die "cannot copy $1 to $2"
	mv "$mirror_list.new" "$mirror_list"
}
