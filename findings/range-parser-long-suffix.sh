#!/usr/bin/env bash
# Package:  range-parser 1.3.0 (npm)
# Input:    ranges for a body of 10 bytes: its last 99 bytes, and two ranges with an empty list element between them.
# Expected: RFC 9110, 14.1.2: a suffix that is longer than the body means the whole body. 5.6.1.2: a recipient reads a list with
#           empty elements, and ignores them.
# Seen:     -1, unsatisfiable, so a server answers 416; and -2, malformed. The range that is too long at its other end is cut.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts range-parser@1.3.0

cat > try.mjs <<'JS'
import parse from 'range-parser';

for (const range of ['bytes=-10', 'bytes=-99', 'bytes=0-99', 'bytes=0-1,3-4', 'bytes=0-1,,3-4']) {
  console.log(range, JSON.stringify(parse(10, range)));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
bytes=-10 [{"start":0,"end":9}]
bytes=-99 -1
bytes=0-99 [{"start":0,"end":9}]
bytes=0-1,3-4 [{"start":0,"end":1},{"start":3,"end":4}]
bytes=0-1,,3-4 -2
SEEN
