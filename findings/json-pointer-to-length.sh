#!/usr/bin/env bash
# Packages: jsonpointer 5.0.1, json-pointer 0.6.2, json-ptr 3.1.1 (npm)
# Input:    the JSON Pointer `/list/length` for the document {"list":[7,8]}.
# Expected: RFC 6901, 4: in an array the reference token is an index, or `-`; 7: what refers to no value is an error. The
#           document has no value there. All three promise RFC 6901.
# Seen:     2, the length of the JavaScript array.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts jsonpointer@5.0.1 json-pointer@0.6.2 json-ptr@3.1.1

cat > try.mjs <<'JS'
import jsonPointer from 'json-pointer';
import { JsonPointer } from 'json-ptr';
import jsonpointer from 'jsonpointer';

const json = JSON.parse('{"list":[7,8]}');
console.log(jsonpointer.get(json, '/list/length'), jsonPointer.get(json, '/list/length'), JsonPointer.get(json, '/list/length'));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
2 2 2
SEEN
