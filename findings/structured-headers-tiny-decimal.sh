#!/usr/bin/env bash
# Package:  structured-headers 2.1.0 (npm)
# Input:    the Decimals 0.0001 and 5.0004 as Items.
# Expected: RFC 9651, 4.1.5, "Serializing a Decimal": round to three digits after the point; if the fraction is zero, append
#           "0": `0.0` and `5.0`.
# Seen:     `0.` and `5.`, which the package's own parser refuses: a Decimal may not end in a point (RFC 9651, 4.2.4).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts structured-headers@2.1.0

cat > try.mjs <<'JS'
import { parseItem, serializeItem } from 'structured-headers';

for (const decimal of [0.0001, 5.0004, 5.25]) {
  const text = serializeItem(decimal);
  try {
    console.log(decimal, '->', text, '->', parseItem(text)[0]);
  } catch (error) {
    console.log(decimal, '->', text, '->', error.message);
  }
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
0.0001 -> 0. -> Parse error: Decimal cannot end on a period at offset 2
5.0004 -> 5. -> Parse error: Decimal cannot end on a period at offset 2
5.25 -> 5.25 -> 5.25
SEEN
