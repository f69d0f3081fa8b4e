#!/usr/bin/env bash
# Package:  uri-js 4.4.1, fast-uri 4.2.4 (npm)
# Input:    normalize `a/b:c`, and `/..//a`.
# Expected: RFC 3986, 3.3: a segment after the first may hold a colon, and 6.2.2.2 decodes what need not be encoded. 2.2: a
#           delimiter and its encoded form are different identifiers. So `a/b:c` stays. In the second an empty segment stays one.
# Seen:     uri-js encodes the colon, which fast-uri (its successor) leaves. Both turn the empty segment into an encoded slash.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts uri-js@4.4.1 fast-uri@4.2.4

cat > try.mjs <<'JS'
import fastUri from 'fast-uri';
import uriJs from 'uri-js';

for (const uri of ['a/b:c', '/..//a']) {
  console.log(uri, '| uri-js', uriJs.normalize(uri), '| fast-uri', fastUri.normalize(uri));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
a/b:c | uri-js a/b%3Ac | fast-uri a/b:c
/..//a | uri-js /%2Fa | fast-uri /%2Fa
SEEN
