#!/usr/bin/env bash
# Package:  jsonpath-rfc9535 1.3.0 (npm); json-p3 2.3.1 beside it
# Input:    $[?@.a == $[0].a] over [{"a":1},{"a":2}], and $[?match(@, 'ab|c')] over ["ab","abc","bc"].
# Expected: RFC 9535, 2.3.5.1: `$` in a filter is the root, and $[0] its first element. 2.4.6: match() holds if the *whole*
#           string matches the expression, so of the three only "ab" does. README: it passes the whole compliance suite.
# Seen:     an index in a path from the root selects nothing; and each alternative has to match at one end only, because the
#           anchors are not outside of the alternatives.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts jsonpath-rfc9535@1.3.0 json-p3@2.3.1

cat > try.mjs <<'JS'
import { jsonpath } from 'json-p3';
import { query } from 'jsonpath-rfc9535';

for (const [path, json] of [
  ['$[?@.a == $[0].a]', [{ a: 1 }, { a: 2 }]],
  ["$[?match(@, 'ab|c')]", ['ab', 'abc', 'bc']],
])
  console.log(path, JSON.stringify(query(json, path)), '| json-p3:', JSON.stringify(jsonpath.query(path, json).values()));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
$[?@.a == $[0].a] [] | json-p3: [{"a":1}]
$[?match(@, 'ab|c')] ["ab","abc","bc"] | json-p3: ["ab"]
SEEN
