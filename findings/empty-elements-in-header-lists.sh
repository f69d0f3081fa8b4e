#!/usr/bin/env bash
# Packages: forwarded-parse 2.2.0, http-link-header 1.1.4 (npm)
# Input:    lists with an empty element: `Forwarded: for=a, , for=b` and `Link: <a>; rel=x, , <b>; rel=y`.
# Expected: both headers are `#` lists (RFC 7239, 4; RFC 8288, 3), and RFC 9110, 5.6.1.2 says that a recipient MUST parse and
#           ignore a reasonable number of empty list elements: they come from joining repeated headers.
# Seen:     both throw, and the elements that are there are lost with the empty one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts forwarded-parse@2.2.0 http-link-header@1.1.4

cat > try.mjs <<'JS'
import forwarded from 'forwarded-parse';
import link from 'http-link-header';

const attempts = [
  () => forwarded('for=a, for=b').length,
  () => forwarded('for=a, , for=b').length,
  () => link.parse('<a>; rel=x, <b>; rel=y').refs.length,
  () => link.parse('<a>; rel=x, , <b>; rel=y').refs.length,
];
for (const attempt of attempts)
  try {
    console.log(attempt());
  } catch (error) {
    console.log(error.message);
  }
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
2
Unexpected character ',' at index 7
2
Unexpected character "," at offset 12
SEEN
