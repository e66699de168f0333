# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Packages of Debian releases other than the machine's own, through a private
# apt state in the cache: the machine's apt configuration is read, never
# written. The mirror is the one the machine already uses.

APT_DIR=$CACHE/apt
APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_targets: "URI CODENAME" of each Debian package index the machine has.
debian_targets()
{
	# shellcheck disable=SC2016 # apt replaces these, not the shell
	apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(ORIGIN)' \
		'Created-By: Packages' | awk '$3 == "Debian" { print $1, $2 }' |
		sort -u
}

# debian_mirror: the mirror of the main archive, without a trailing slash.
debian_mirror()
{
	debian_targets | awk '$2 !~ /-/ { sub("/$", "", $1); print $1; exit }'
}

# security_mirror MIRROR: the security archive in use, else MIRROR's sibling.
security_mirror()
{
	found=$(debian_targets |
		awk '$2 ~ /-security$/ { sub("/$", "", $1); print $1; exit }')
	echo "${found:-$1-security}"
}

# private_apt RELEASE COMMAND...: an apt command that sees only RELEASE, or, for
# "native", what the machine itself sees.
private_apt()
{
	if [ "$1" = native ]; then
		shift
		"$@"
		return
	fi
	private_state=$APT_DIR/$1
	private_command=$2
	shift 2
	"$private_command" -q \
		-o Dir::Etc::sourcelist="$private_state/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State="$private_state/state" \
		-o Dir::State::lists="$private_state/lists" \
		-o Dir::State::status="$private_state/status" \
		-o Dir::Cache="$private_state/cache" \
		-o APT::Sandbox::User=root \
		-o APT::Get::List-Cleanup=0 \
		-o Acquire::Languages=none "$@"
}

# write_sources RELEASE FILE: the suites of RELEASE that carry kernels.
write_sources()
{
	sources_mirror=$(debian_mirror)
	[ -n "$sources_mirror" ] || die "apt knows no Debian mirror:" \
		"run apt-get update, then try again"
	{
		suite_line "$sources_mirror" "$1"
		[ "$1" != trixie ] ||
			suite_line "$sources_mirror" "$1-backports"
		suite_line "$(security_mirror "$sources_mirror")" "$1-security"
	} >"$2"
}

suite_line()
{
	echo "deb [signed-by=$APT_KEYRING] $1 $2 main"
}

# refresh_apt RELEASE: package lists of RELEASE, at most a day old. A mirror
# without a security archive beside it costs those suites, not the run.
refresh_apt()
{
	refresh_dir=$APT_DIR/$1
	[ -z "$(find "$refresh_dir/stamp" -mmin -1440 2>/dev/null)" ] ||
		return 0
	mkdir -p "$refresh_dir/lists/partial" "$refresh_dir/state" \
		"$refresh_dir/cache/archives/partial"
	: >"$refresh_dir/status"
	write_sources "$1" "$refresh_dir/sources.list"
	say "package lists of Debian $1"
	private_apt "$1" apt-get update >"$refresh_dir/update.log" 2>&1 ||
		drop_security "$1"
	touch "$refresh_dir/stamp"
}

drop_security()
{
	if [ -e "$APT_DIR/$1/stamp" ]; then
		say "no fresh package lists of Debian $1: using older ones"
		return 0
	fi
	say "no security archive of Debian $1 on this mirror: going on without"
	sed -i '/-security main$/d' "$APT_DIR/$1/sources.list"
	private_apt "$1" apt-get update >"$APT_DIR/$1/update.log" 2>&1 ||
		die "apt-get update failed for Debian $1, see" \
			"$APT_DIR/$1/update.log"
}

# newest_package RELEASE PREFIX SUFFIX: the highest version among the names.
newest_package()
{
	private_apt "$1" apt-cache pkgnames "$2" |
		grep -E "^$2[0-9.+a-z~-]*$3\$" | while read -r candidate; do
			private_apt "$1" apt-cache show "$candidate" \
				>/dev/null 2>&1 && echo "$candidate"
		done | sort -V | tail -n 1
}

# unpack_packages RELEASE DIRECTORY PACKAGE...: download and dpkg -x.
unpack_packages()
{
	unpack_release=$1
	unpack_into=$2
	shift 2
	unpack_from=$(mktemp -d "$CACHE/debs.XXXXXX")
	(cd "$unpack_from" &&
		private_apt "$unpack_release" apt-get download "$@") || {
		rm -rf "$unpack_from"
		return 1
	}
	mkdir -p "$unpack_into"
	for unpack_deb in "$unpack_from"/*.deb; do
		dpkg -x "$unpack_deb" "$unpack_into" || return 1
	done
	rm -rf "$unpack_from"
}
