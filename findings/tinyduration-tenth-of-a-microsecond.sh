#!/usr/bin/env bash
# Package:  tinyduration 3.4.1 (npm)
# Input:    durations of some tenths of a microsecond.
# Expected: ISO 8601-1: the smallest unit of a duration may have a decimal fraction. `parse` reads each of these,
#           and `serialize`, in the README the reverse, writes the same text.
# Seen:     a number with one significant digit loses it: 100 ns are written as `PT0.000000S`, 150 ns are not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts tinyduration@3.4.1

cat > try.mjs <<'JS'
import { parse, serialize } from 'tinyduration';

for (const text of ['PT0.000001S', 'PT0.0000001S', 'PT0.00000015S', 'PT0.0000002S']) {
  const duration = parse(text);
  console.log(text, duration.seconds, serialize(duration));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
PT0.000001S 0.000001 PT0.000001S
PT0.0000001S 1e-7 PT0.000000S
PT0.00000015S 1.5e-7 PT0.00000015S
PT0.0000002S 2e-7 PT0.000000S
SEEN
