#!/usr/bin/env bash
# Package:  http-cache-semantics 4.3.0 (npm)
# Input:    a response with `Cache-Control: Max-Age=60`.
# Expected: RFC 9111, 5.2: cache directives are identified by a token, to be compared case-insensitively. So 60 s of freshness.
# Seen:     none: only the name in small letters is known.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts http-cache-semantics@4.3.0

cat > try.mjs <<'JS'
import CachePolicy from 'http-cache-semantics';

const request = { method: 'GET', url: '/', headers: {} };
for (const header of ['max-age=60', 'Max-Age=60', 'Public, S-MaxAge=60', 'public, s-maxage=60']) {
  const policy = new CachePolicy(request, { status: 200, headers: { 'cache-control': header } });
  console.log(header, '|', Math.round(policy.timeToLive() / 1000), 's');
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
max-age=60 | 60 s
Max-Age=60 | 0 s
Public, S-MaxAge=60 | 0 s
public, s-maxage=60 | 60 s
SEEN
