#!/usr/bin/env bash
# Package:  luxon 3.7.2 (npm)
# Input:    the durations `P0,5D` and `+P1D`.
# Expected: ISO 8601-1, 5.5.2.4 and 4.4: the decimal sign is a comma or a point, and 8601-2 allows a sign. Its own parser takes the
#           comma for seconds, the point for days, and the sign `-`.
# Seen:     both are invalid.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts luxon@3.7.2

cat > try.mjs <<'JS'
import { Duration } from 'luxon';

for (const text of ['PT1,5S', 'P0.5D', 'P0,5D', '-P1D', '+P1D']) {
  const duration = Duration.fromISO(text);
  console.log(text, duration.isValid ? duration.toMillis() : 'invalid');
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
PT1,5S 1500
P0.5D 43200000
P0,5D invalid
-P1D -86400000
+P1D invalid
SEEN
