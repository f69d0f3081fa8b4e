#!/usr/bin/env bash
# Package:  fresh 2.0.0 (npm)
# Input:    `If-None-Match: "a,b"` for a response with `ETag: "a,b"`.
# Expected: RFC 9110, 8.8.3: an entity-tag is any etagc between quotes, and the comma (%x2C) is one. 13.1.2: the tags are
#           equal, so the condition is false and the answer 304: `true`, "fresh".
# Seen:     `false`: the header is cut at every comma, also inside the quotes. Such a response is sent whole each time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts fresh@2.0.0

cat > try.mjs <<'JS'
import fresh from 'fresh';

for (const tag of ['"ab"', '"a,b"']) console.log(tag, fresh({ 'if-none-match': tag }, { etag: tag }));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
"ab" true
"a,b" false
SEEN
