#!/usr/bin/env bash
# Package:  uri-templates 0.2.0 (npm); url-template 3.1.1 beside it
# Input:    a template with a letter outside ASCII among its literals: `/größe/{id}`.
# Expected: RFC 6570, 2.1: such characters are literals (ucschar); 3.1: a literal that is not allowed in a URI is written as
#           the percent-encoded octets of its UTF-8. README: RFC 6570, tested against the official suite.
# Seen:     the letters are copied as they are, and the result is no URI; the same letters in a value are encoded.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts uri-templates@0.2.0 url-template@3.1.1

cat > try.mjs <<'JS'
import uriTemplates from 'uri-templates';
import { parseTemplate } from 'url-template';

const template = '/größe/{id}';
console.log('uri-templates', uriTemplates(template).fill({ id: 'ß' }));
console.log('url-template ', parseTemplate(template).expand({ id: 'ß' }));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
uri-templates /größe/%C3%9F
url-template  /gr%C3%B6%C3%9Fe/%C3%9F
SEEN
