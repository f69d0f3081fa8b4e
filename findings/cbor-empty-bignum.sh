#!/usr/bin/env bash
# Package:  cbor 10.0.12 (npm)
# Input:    the bignums 0 and -1 in their preferred form: tag 2 or 3 with an empty byte string (c2 40, c3 40).
# Expected: RFC 8949, 3.4.3: leading zeros are left out, so the preferred byte string of n = 0 is the empty one. cbor-x 1.6.9
#           reads 0 and -1.
# Seen:     a tag with an error inside instead of a number. With a byte 00 it reads both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cbor@10.0.12 cbor-x@1.6.9

cat > try.mjs <<'JS'
import cbor from 'cbor';
import { decode } from 'cbor-x';

const shown = (value) => (typeof value === 'bigint' ? `${value}` : `${value.constructor.name}: ${value.err}`);
for (const hex of ['c24100', 'c240', 'c34100', 'c340']) {
  const bytes = Buffer.from(hex, 'hex');
  console.log(hex, '| cbor', shown(cbor.decodeFirstSync(bytes)), '| cbor-x', shown(decode(bytes)));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
c24100 | cbor 0 | cbor-x 0
c240 | cbor Tagged: Cannot convert 0x to a BigInt | cbor-x 0
c34100 | cbor -1 | cbor-x -1
c340 | cbor Tagged: Cannot convert 0x to a BigInt | cbor-x -1
SEEN
