# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Shared by every piece of the VM harness; sourced, never run.

TESTING=$(cd "$VM_D/.." && pwd)
TREE=$(cd "$TESTING/../.." && pwd)
SELFTESTS_D=$TESTING/selftests/guestclock
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/guestclock
# Two checkouts of this tree build different things: each has its own corner.
TREE_ID=$(printf '%s' "$TREE" | sha256sum | cut -c1-12)
START=$(date +%s)

# say TEXT: one progress line with the seconds since the start, on stderr.
say()
{
	printf '[%4ds] %s\n' $(($(date +%s) - START)) "$*" >&2
}

die()
{
	printf '%s: %s\n' "${PROGRAM:-vm}" "$*" >&2
	exit 1
}

# step TEXT COMMAND...: run COMMAND silently; show its output only on failure.
step()
{
	step_text=$1
	shift
	step_log=$(mktemp)
	say "$step_text"
	if ! "$@" >"$step_log" 2>&1; then
		sed 's/^/    /' "$step_log" >&2
		rm -f "$step_log"
		die "failed: $step_text"
	fi
	rm -f "$step_log"
}

# locked NAME COMMAND...: run COMMAND while holding the cache lock NAME, so
# that two invocations never fill the same corner of the cache at once.
locked()
{
	lock_file=$CACHE/locks/$1
	shift
	mkdir -p "$CACHE/locks"
	(
		flock -n 9 || {
			say "waiting for another run that holds ${lock_file##*/}"
			flock 9
		}
		"$@"
	) 9>"$lock_file"
}

# hash_of FILE...: one hash over names, without directories, and contents, used as
# a cache key: another copy of the tree has the same.
hash_of()
{
	sha256sum "$@" | sed 's| .*/|  |' | sha256sum | cut -c1-16
}

# need COMMAND PACKAGE: stop with the package's name when COMMAND is missing.
need()
{
	command -v "$1" >/dev/null 2>&1 ||
		die "$1 is missing: install $2, or run tools/testing/setup"
}

# keep_newest COUNT FILE...: deletes all but the newest files.
keep_newest()
{
	keep_from=$(($1 + 1))
	shift
	# shellcheck disable=SC2012 # names of our own making
	ls -t "$@" 2>/dev/null | tail -n +$keep_from | while read -r keep_old; do
		rm -f "$keep_old"
	done
}
