#!/usr/bin/env bash
# Package:  @azure/functions 4.16.5 (npm)
# Input:    a response with `jsonBody: null`.
# Expected: the type's documentation: `jsonBody` is a JSON-serializable body, and `body` is ignored if it is set. `null` is
#           a JSON value (RFC 8259, 3): the body is `null`, the type application/json, as it is for `false` and 0.
# Seen:     no body and no content type, so a caller's `response.json()` throws; and a `body` beside it is sent after all.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/functions@4.16.5

cat > try.mjs <<'JS'
import functions from '@azure/functions';

for (const init of [{ jsonBody: false }, { jsonBody: null }, { jsonBody: null, body: 'other' }]) {
  const response = new functions.HttpResponse(init);
  console.log(JSON.stringify(init), response.headers.get('content-type'), JSON.stringify(await response.text()));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
{"jsonBody":false} application/json "false"
{"jsonBody":null} null ""
{"jsonBody":null,"body":"other"} text/plain;charset=UTF-8 "other"
SEEN
