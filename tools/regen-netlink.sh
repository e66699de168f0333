#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Generate the uapi header, the netlink policies, the ops, the words for the numbers
# of the ABI and the numbers for the selftests from the YAML spec, with the YNL
# generator of a kernel source tree.
#
# Usage: regen-netlink.sh KERNEL-SOURCE [OUTPUT-DIR]
#
# Without OUTPUT-DIR the files in this tree are replaced.

set -eu

src=${1:?"usage: $0 KERNEL-SOURCE [OUTPUT-DIR]"}
top=$(cd "$(dirname "$0")/.." && pwd)
out=${2:-$top}
spec=Documentation/netlink/specs/guestclock.yaml
gen=$src/tools/net/ynl/pyynl/ynl_gen_c.py
python=${PYTHON:-/usr/bin/python3}

if [ ! -f "$gen" ]; then
	echo "$0: $gen is missing: name an unpacked linux-source of 6.18 or newer" >&2
	exit 1
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# The generator finds its schema beside the spec and the root of the tree by
# its MAINTAINERS file, for which it searches for ever where there is none. It
# also insists on the kernel's own licence for specs, which is undone below.
mkdir -p "$stage/Documentation/netlink/specs"
: >"$stage/MAINTAINERS"
cp "$src/Documentation/netlink/genetlink.yaml" "$stage/Documentation/netlink/"
sed '1s/.*/# SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)/' \
	"$top/$spec" >"$stage/$spec"

generate() # mode kind output licence
{
	timeout 60 "$python" "$gen" --spec "$stage/$spec" \
		--mode "$1" "--$2" -o "$stage/$(basename "$3")"
	mkdir -p "$(dirname "$out/$3")"
	# The generator makes every family visible in all network namespaces and
	# every group joinable by anyone; both are narrowed here.
	sed -e "1s/SPDX-License-Identifier: [^*]*[^* ]/SPDX-License-Identifier: $4/" \
	    -e 's|To regenerate run: .* \*/|To regenerate run: make regen */|' \
	    -e 's/\.netnsok\([[:space:]]*\)= true/.netnsok\1= false/' \
	    -e 's/\[GUESTCLOCK_NLGRP_EVENTS\] = { "events", }/[GUESTCLOCK_NLGRP_EVENTS] = { "events", GENL_MCAST_CAP_NET_ADMIN }/' \
	    "$stage/$(basename "$3")" >"$out/$3"
}

generate uapi   header kmod/include/uapi/linux/guestclock.h 'GPL-2.0-only WITH Linux-syscall-note'
generate kernel header kmod/generated/guestclock_nl.h GPL-2.0-only
generate kernel source kmod/generated/guestclock_nl.c GPL-2.0-only

"$python" "$top/tools/spec-words.py" "$top/$spec" >"$out/kmod/generated/guestclock_words.h"

abi=tools/testing/selftests/guestclock/lib_abi.sh
mkdir -p "$(dirname "$out/$abi")"
"$python" "$top/tools/spec-abi.py" "$top/$spec" >"$out/$abi"
