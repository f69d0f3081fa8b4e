#!/usr/bin/env bash
# Packages: msgpack5 6.1.0 writes, msgpackr 2.1.4 reads (npm)
# Input:    the integers -214748364 and -214748365; int 32 reaches down to -2147483648.
# Expected: MessagePack specification, "Serialization: converting from application to formats": if a value fits several
#           formats, the one with the fewest bytes should be used, here int 32 for both.
# Seen:     msgpack5 writes the second, and all below it, as int 64 in nine bytes. msgpackr, which by default reads every int 64
#           as a bigint, then has a value of another type than that of the neighbour: adding 1 to it throws.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts msgpack5@6.1.0 msgpackr@2.1.4

cat > try.mjs <<'JS'
import msgpack5 from 'msgpack5';
import { unpack } from 'msgpackr';

for (const integer of [-214748364, -214748365]) {
  const bytes = msgpack5().encode(integer).slice();
  console.log(bytes.toString('hex'), '->', typeof unpack(bytes), String(unpack(bytes)));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
d2f3333334 -> number -214748364
d3fffffffff3333333 -> bigint -214748365
SEEN
