#!/usr/bin/env bash
# Package:  iso8601-duration 2.1.4 (npm)
# Input:    the durations `P0.5D` and `P1.5W`.
# Expected: the package's README names `P0.5D` as its example of an allowed fraction on the smallest unit.
# Seen:     it throws "invalid duration"; fractions work behind the `T` only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts iso8601-duration@2.1.4

cat > try.mjs <<'JS'
import { parse } from 'iso8601-duration';

for (const text of ['PT0.5H', 'P0.5D', 'P1.5W'])
  try {
    console.log(text, JSON.stringify(parse(text)));
  } catch (error) {
    console.log(text, error.message);
  }
JS
grep -c 'P0\.5D' node_modules/iso8601-duration/README.md > actual
node try.mjs >> actual
cat actual
diff actual - <<'SEEN'
1
PT0.5H {"years":0,"months":0,"weeks":0,"days":0,"hours":0.5,"minutes":0,"seconds":0}
P0.5D invalid duration: P0.5D
P1.5W invalid duration: P1.5W
SEEN
