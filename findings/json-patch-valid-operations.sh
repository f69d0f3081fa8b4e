#!/usr/bin/env bash
# Package:  fast-json-patch 3.1.1, rfc6902 5.4.0, json8-patch 1.0.6, immutable-json-patch 6.0.3 (npm)
# Input:    three patches: a test of an object whose members stand in another order, a copy of an object into itself, and a replacement
#           of the whole document.
# Expected: RFC 6902, 4.6: objects are equal with the same members, in any order. 4.5: a copy may go anywhere (4.4 forbids a *move* into
#           a child only). RFC 6901, 5: an empty pointer is the whole document.
# Seen:     immutable-json-patch fails the first, json8-patch the second, and rfc6902 the third. fast-json-patch takes all three.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts fast-json-patch@3.1.1 rfc6902@5.4.0 json8-patch@1.0.6 immutable-json-patch@6.0.3

cat > try.mjs <<'JS'
import fast from 'fast-json-patch';
import { immutableJSONPatch } from 'immutable-json-patch';
import json8 from 'json8-patch';
import { applyPatch } from 'rfc6902';

const libraries = {
  'fast-json-patch': (document, patch) => fast.applyPatch(document, patch, true).newDocument,
  'immutable-json-patch': immutableJSONPatch,
  'json8-patch': (document, patch) => json8.apply(document, patch).doc,
  rfc6902: (document, patch) => {
    const [error] = applyPatch(document, patch).filter(Boolean);
    if (error) throw error;
    return document;
  },
};
const cases = [
  [{ a: { x: 1, y: 2 } }, { op: 'test', path: '/a', value: { y: 2, x: 1 } }],
  [{ a: { b: 1 } }, { op: 'copy', from: '/a', path: '/a/c' }],
  [{ a: 1 }, { op: 'replace', path: '', value: { b: 2 } }],
];
for (const [document, operation] of cases) {
  console.log(JSON.stringify(operation));
  for (const [name, apply] of Object.entries(libraries)) {
    try {
      console.log('  ', name, JSON.stringify(apply(structuredClone(document), [operation])));
    } catch {
      console.log('  ', name, 'refused');
    }
  }
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
{"op":"test","path":"/a","value":{"y":2,"x":1}}
   fast-json-patch {"a":{"x":1,"y":2}}
   immutable-json-patch refused
   json8-patch {"a":{"x":1,"y":2}}
   rfc6902 {"a":{"x":1,"y":2}}
{"op":"copy","from":"/a","path":"/a/c"}
   fast-json-patch {"a":{"b":1,"c":{"b":1}}}
   immutable-json-patch {"a":{"b":1,"c":{"b":1}}}
   json8-patch refused
   rfc6902 {"a":{"b":1,"c":{"b":1}}}
{"op":"replace","path":"","value":{"b":2}}
   fast-json-patch {"b":2}
   immutable-json-patch {"b":2}
   json8-patch {"b":2}
   rfc6902 refused
SEEN
