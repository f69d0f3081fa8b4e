#!/usr/bin/env bash
# Package:  robots-parser 3.0.1 (npm)
# Input:    `Disallow: /bar/%62%61%7A` and the address `/bar/baz`.
# Expected: RFC 9309, 2.2.2: an encoded US-ASCII octet that need not be encoded is decoded before the comparison. Its table has
#           this pair as a match, so the address is not allowed.
# Seen:     it is allowed. Letters outside US-ASCII are compared as the RFC says.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts robots-parser@3.0.1

cat > try.mjs <<'JS'
import robots from 'robots-parser';

for (const [rule, path] of [['/bar/baz', '/bar/baz'], ['/bar/%62%61%7A', '/bar/baz'], ['/ü', '/%C3%BC']]) {
  const isAllowed = robots('http://a/robots.txt', `User-agent: *\nDisallow: ${rule}`).isAllowed(`http://a${path}`, 'b');
  console.log(rule, path, isAllowed ? 'allowed' : 'not allowed');
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
/bar/baz /bar/baz not allowed
/bar/%62%61%7A /bar/baz allowed
/ü /%C3%BC not allowed
SEEN
