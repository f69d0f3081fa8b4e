#!/usr/bin/env bash
# Package:  comment-json 5.0.0 (npm)
# Input:    the JSON text `["\u2028"]` with the character itself between the quotes.
# Expected: RFC 8259, 7: `unescaped` is %x20-21 / %x23-5B / %x5D-10FFFF, so U+2028 may stand in a string. README: usage is
#           exactly that of the `JSON` object.
# Seen:     it throws: strings are read as those of JavaScript before ES2019. Its own `stringify` writes such a text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts comment-json@5.0.0

cat > try.mjs <<'JS'
import { parse, stringify } from 'comment-json';

const text = stringify(['\u2028']);
console.log('JSON:', JSON.parse(text).length, 'element');
try {
  console.log('comment-json:', parse(text).length, 'element');
} catch (error) {
  console.log('comment-json:', error.message);
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
JSON: 1 element
comment-json: Line 1: Unexpected token ILLEGAL
SEEN
