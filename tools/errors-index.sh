#!/usr/bin/env bash
# Writes docs/errors/index.md: every code with its status and first sentence.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../docs/errors"

{
	printf '# Error codes\n\nEach code has a page that says what happened, and what to do. Written by tools/errors-index.sh.\n\n'
	printf '| code | status | |\n|---|---|---|\n'
	for page in *.md; do
		[ "$page" = index.md ] && continue
		code=${page%.md}
		line=$(sed -n 's/^Status \([0-9]*\)\. /\1 | /p' "$page" | head -n 1)
		printf '| [%s](%s) | %s |\n' "$code" "$page" "$line"
	done
} >index.md
