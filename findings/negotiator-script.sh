#!/usr/bin/env bash
# Package:  negotiator 1.1.0 (npm)
# Input:    `Accept-Language: zh-Hant-TW`, where the server has zh, zh-Hans and zh-Hant.
# Expected: RFC 4647, 3.4: a lookup drops one part after the other, so it finds zh-Hant before zh. RFC 9110, 12.5.4 leaves the
#           scheme to the server. The package's README names none.
# Seen:     zh alone: only the first part is tried, so a reader of the traditional script gets the default one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts negotiator@1.1.0

cat > try.mjs <<'JS'
import Negotiator from 'negotiator';

for (const accepted of ['zh-Hant', 'zh-Hant-TW', 'sr-Latn-RS']) {
  const negotiator = new Negotiator({ headers: { 'accept-language': accepted } });
  console.log(accepted, JSON.stringify(negotiator.languages(['zh', 'zh-Hans', 'zh-Hant', 'sr', 'sr-Latn'])));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
zh-Hant ["zh-Hant","zh"]
zh-Hant-TW ["zh"]
sr-Latn-RS ["sr"]
SEEN
