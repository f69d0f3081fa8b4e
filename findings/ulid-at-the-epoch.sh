#!/usr/bin/env bash
# Package:  ulid 3.0.2, ulidx 2.4.1 (npm)
# Input:    the time 0, the first that a ULID can hold, for `ulid` and for a function of `monotonicFactory`.
# Expected: ULID's specification: the first ten characters are milliseconds since the epoch, so here `0000000000`.
# Seen:     ulid takes the present time instead. ulidx writes 0, but its monotonic function throws a TypeError. Both take 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts ulid@3.0.2 ulidx@2.4.1

cat > try.mjs <<'JS'
import * as ulid from 'ulid';
import * as ulidx from 'ulidx';

const attempt = (run) => {
  try {
    const time = run().slice(0, 10);
    return time.startsWith('00000') ? time : 'the present time';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
for (const [name, library] of Object.entries({ ulid, ulidx })) {
  for (const time of [1, 0]) {
    console.log(`${name}(${time}) | ${attempt(() => library.ulid(time))}`);
    console.log(`${name} monotonic(${time}) | ${attempt(() => library.monotonicFactory()(time))}`);
  }
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
ulid(1) | 0000000001
ulid monotonic(1) | 0000000001
ulid(0) | the present time
ulid monotonic(0) | the present time
ulidx(1) | 0000000001
ulidx monotonic(1) | 0000000001
ulidx(0) | 0000000000
ulidx monotonic(0) | TypeError: Cannot read properties of undefined (reading 'length')
SEEN
