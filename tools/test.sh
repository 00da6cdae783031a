#!/usr/bin/env bash
# Everything that must hold before a change lands: build, vet, the Go tests on
# real PostgreSQL and Redis, the tests of the side modules, the browser tests.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

tools/bootstrap.sh

step "go vet"
go vet ./...

# What the tests say to the simulator is recorded; billing/contract holds it
# against Stripe's own document afterwards.
WORKFLUENCE_RECORD=$(mktemp -d)
export WORKFLUENCE_RECORD
trap 'rm -rf "$WORKFLUENCE_RECORD"' EXIT

step "go test"
go test -timeout 25m ./...

for module in tools billing/contract; do
	[ -f "$module/go.mod" ] || continue
	step "go test ($module)"
	(cd "$module" && go test ./...)
done

[ -f web/e2e/package.json ] || exit 0
step "browser tests"
if [ -n "${WORKFLUENCE_SKIP_BROWSER:-}" ]; then
	echo "left out, as WORKFLUENCE_SKIP_BROWSER asks"
	exit 0
fi
if [ ! -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ] || [ ! -d web/e2e/node_modules ]; then
	echo "NOT RUN: Chromium or the packages of web/e2e are missing (see the first lines above)." >&2
	echo "Install them, or set CHROMIUM_PATH, or leave them out with WORKFLUENCE_SKIP_BROWSER=1." >&2
	exit 1
fi
# WORKFLUENCE_BROWSER_TESTS picks some by title (a regular expression); the default is all.
(cd web/e2e && npx --no-install playwright test --grep "${WORKFLUENCE_BROWSER_TESTS:-.}")
