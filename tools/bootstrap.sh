#!/usr/bin/env bash
# Makes sure that what `make test` and `make run` need is on this machine, and
# installs what is missing where it may (apt as root or with sudo, npm). It
# succeeds without any network when everything is there.
#
#   tools/bootstrap.sh [run]     "run": only what `serve --dev` needs
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-test}
missing=()

has() { command -v "$1" >/dev/null 2>&1; }
say() { printf 'bootstrap: %s\n' "$*" >&2; }

# apt_install PACKAGE... : quiet, without recommended packages, without starting
# services. The package lists are fetched once, only if something is missing.
apt_ready=
apt_install() {
	has apt-get || return 1
	local as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		has sudo && sudo -n true 2>/dev/null || return 1
		as_root=(sudo -n)
	fi
	if [ -z "$apt_ready" ]; then
		"${as_root[@]}" apt-get update -qq >/dev/null 2>&1 || return 1
		apt_ready=yes
	fi
	say "installing $*"
	# RUNLEVEL=1 keeps the packages from starting their services.
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
		apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# need DESCRIPTION CHECK PACKAGE... : installs when the check fails, and notes
# what is still missing after that.
need() {
	local what=$1 check=$2
	shift 2
	if ! "$check" && ! { apt_install "$@" && "$check"; }; then
		missing+=("$what (Debian: $*)")
		return 1
	fi
}

# The program itself looks for PostgreSQL in the same order, and fetches it
# through npm when there is none.
postgres_found() {
	[ -n "${PG_BIN:-}" ] && return 0
	local dir
	for dir in /usr/lib/postgresql/*/bin; do
		[ -x "$dir/postgres" ] && [ "$(basename "$(dirname "$dir")")" -ge 15 ] && return 0
	done
	has postgres || has npm
}
redis_found() { has redis-server; }
npm_found() { has npm && has node; }
chromium_found() { [ -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ]; }
fonts_found() { ! has fc-list || { [ -n "$(fc-list ':lang=zh' 2>/dev/null)" ] && [ -n "$(fc-list ':lang=ar' 2>/dev/null)" ]; }; }

if ! has go; then
	say "Go is missing: install it from https://go.dev/dl (the version is in go.mod)"
	exit 1
fi

essential=yes
if ! postgres_found; then
	# Debian would otherwise start a cluster of its own on port 5432.
	if [ "$(id -u)" -eq 0 ] && has apt-get; then
		mkdir -p /etc/postgresql-common
		echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
	fi
	need "PostgreSQL 15 or newer" postgres_found postgresql || need "npm, which could fetch PostgreSQL" npm_found nodejs npm || essential=
fi
need "redis-server" redis_found redis-server || say "without redis-server an imitation takes its place"

if [ "$purpose" = test ] && [ -f web/e2e/package.json ]; then
	need "Node and npm" npm_found nodejs npm || true
	need "Chromium" chromium_found chromium || true
	fonts_found || apt_install fonts-noto-core fonts-noto-cjk || say "no Noto fonts: screenshots of Arabic and Chinese show boxes"
	if npm_found && { [ ! -d web/e2e/node_modules ] || [ web/e2e/package-lock.json -nt web/e2e/node_modules/.package-lock.json ]; }; then
		say "installing the browser tests' packages"
		(cd web/e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) || missing+=("the packages of web/e2e (npm ci)")
	fi
fi

for what in "${missing[@]}"; do
	say "missing, and could not be installed: $what"
done
[ -n "$essential" ] || exit 1
