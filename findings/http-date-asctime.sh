#!/usr/bin/env bash
# Package:  fresh 2.0.0, http-cache-semantics 4.3.0, set-cookie-parser 3.2.3 (npm)
# Input:    the date `Sun Nov  6 08:49:37 1994` in `Last-Modified`, `Expires` and a cookie's `Expires`, on a computer in New York.
# Expected: RFC 9110, 5.6.7: a recipient must accept this form (asctime), and all dates are UTC. RFC 6265, 5.1.1: the same for cookies.
# Seen:     the date is read as local time. So fresh calls a page that is four hours too new unchanged, and the two others are
#           five hours off. In UTC all is right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts fresh@2.0.0 http-cache-semantics@4.3.0 set-cookie-parser@3.2.3

cat > try.mjs <<'JS'
import fresh from 'fresh';
import CachePolicy from 'http-cache-semantics';
import { parseSetCookie } from 'set-cookie-parser';

const asctime = 'Sun Nov  6 08:49:37 1994';
const changed = 'Sun, 06 Nov 1994 12:00:00 GMT';
console.log('fresh               ', fresh({ 'if-modified-since': asctime }, { 'last-modified': changed }));
const headers = { date: 'Sun, 06 Nov 1994 07:49:37 GMT', expires: asctime };
const policy = new CachePolicy({ method: 'GET', url: '/', headers: {} }, { status: 200, headers });
console.log('http-cache-semantics', policy.maxAge(), 's');
const [cookie] = parseSetCookie(`a=b; Expires=${asctime}`);
console.log('set-cookie-parser   ', cookie.expires.toISOString());
JS
for zone in UTC America/New_York; do
  echo "$zone"
  TZ=$zone node try.mjs
done | tee actual
diff actual - <<'SEEN'
UTC
fresh                false
http-cache-semantics 3600 s
set-cookie-parser    1994-11-06T08:49:37.000Z
America/New_York
fresh                true
http-cache-semantics 21600 s
set-cookie-parser    1994-11-06T13:49:37.000Z
SEEN
