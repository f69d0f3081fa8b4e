#!/usr/bin/env bash
# Package:  yaml 2.9.1 (npm)
# Input:    `ratio: !!float 5` and `ratio: !!float -1`.
# Expected: YAML 1.2.2, 10.2.1.4 and 10.3.2: the core schema's floats are [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) with an
#           optional exponent, so point and exponent may both be absent: the numbers 5 and -1.
# Seen:     a warning, "Unresolved tag", and the strings "5" and "-1". `!!float 5.0` is the number 5.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts yaml@2.9.1

cat > try.mjs <<'JS'
import { parse } from 'yaml';

for (const text of ['!!float 5.0', '!!float 5', '!!float -1', '!!int 5']) {
  const value = parse(text, { logLevel: 'error' });
  console.log(text, '->', typeof value, value);
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
!!float 5.0 -> number 5
!!float 5 -> string 5
!!float -1 -> string -1
!!int 5 -> number 5
SEEN
