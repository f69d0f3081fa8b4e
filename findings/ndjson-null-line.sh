#!/usr/bin/env bash
# Package:  ndjson 2.0.0, jsonlines 0.1.1 (npm)
# Input:    three lines: {"a":1}, null, {"b":2}.
# Expected: the specification of ndjson: "Each JSON text MUST conform to the [RFC8259] standard", and `null` is one (RFC 8259, 2).
#           So a reader gives three values, or says that it cannot give the second.
# Seen:     both push `null` into their stream, which ends it. The reader gets {"a":1} and an error about the
#           stream's own state, without the line, and never {"b":2}.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts ndjson@2.0.0 jsonlines@0.1.1

cat > try.mjs <<'JS'
import jsonlines from 'jsonlines';
import ndjson from 'ndjson';

for (const [name, stream] of Object.entries({ ndjson: ndjson.parse(), jsonlines: jsonlines.parse() })) {
  const seen = [];
  stream.on('data', (value) => seen.push(JSON.stringify(value)));
  stream.on('error', (error) => seen.push(error.message));
  stream.on('end', () => seen.push('end'));
  stream.end('{"a":1}\nnull\n{"b":2}\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(name, seen.join(', '));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
ndjson {"a":1}, stream.push() after EOF, end
jsonlines {"a":1}, stream.push() after EOF
SEEN
