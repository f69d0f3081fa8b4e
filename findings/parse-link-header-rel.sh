#!/usr/bin/env bash
# Package:  parse-link-header 2.0.0 (npm)
# Input:    `<a>; REL=next` and `<a>; rel="next"; rel="prev"`.
# Expected: RFC 8288, 3: a parameter's name is compared case-insensitively. 3.3: a parser ignores every `rel` after the first.
#           So both are the link `next`.
# Seen:     the first is no link, the second is `prev`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts parse-link-header@2.0.0

cat > try.mjs <<'JS'
import parse from 'parse-link-header';

for (const header of ['<a>; rel=next', '<a>; REL=next', '<a>; rel="next"; rel="prev"']) {
  console.log(header, '|', Object.keys(parse(header)).join(' ') || 'no link');
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
<a>; rel=next | next
<a>; REL=next | no link
<a>; rel="next"; rel="prev" | prev
SEEN
