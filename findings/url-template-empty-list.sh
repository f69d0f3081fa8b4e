#!/usr/bin/env bash
# Package:  url-template 3.1.1 (npm)
# Input:    the templates `/s{?tags}` and `/s{;tags}` with an empty list.
# Expected: RFC 6570, 2.3: a list variable without members is undefined, and 3.2.1: an undefined one adds nothing: `/s`.
# Seen:     `/s?tags=` and `/s;tags=`, which a server reads as one empty tag. With `undefined` it is as expected.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts url-template@3.1.1

cat > try.mjs <<'JS'
import { parseTemplate } from 'url-template';

for (const template of ['/s{?tags}', '/s{;tags}'])
  console.log(template, parseTemplate(template).expand({ tags: [] }), parseTemplate(template).expand({}));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
/s{?tags} /s?tags= /s
/s{;tags} /s;tags= /s
SEEN
