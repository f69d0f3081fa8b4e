#!/usr/bin/env bash
# Package:  cloudevents 10.0.0 (npm)
# Input:    events with `datacontenttype: application/json` in binary mode, whose data are a number or a boolean.
# Expected: CloudEvents, HTTP protocol binding 1.0.2, 3.1.2: the body holds the data in the stated media type, and RFC 8259, 2: any
#           value is JSON. So the body `5` is a number. Structured mode gives one.
# Seen:     in binary mode a number and a boolean are read as strings. A number that the library has written
#           itself is refused when it is read as it was written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cloudevents@10.0.0

cat > try.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents';

const headers = { 'ce-id': '1', 'ce-source': '/chat', 'ce-type': 'said', 'ce-specversion': '1.0', 'content-type': 'application/json' };
for (const body of ['{"a":1}', '"yes"', '5', 'true']) {
  const { data } = HTTP.toEvent({ headers, body });
  const structured = `{"specversion":"1.0","id":"1","source":"/chat","type":"said","data":${body}}`;
  const other = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: structured });
  console.log(body, '| binary', typeof data, JSON.stringify(data), '| structured', typeof other.data, JSON.stringify(other.data));
}
const written = HTTP.binary(new CloudEvent({ id: '1', source: '/chat', type: 'said', datacontenttype: 'application/json', data: 5 }));
try {
  console.log('written as', JSON.stringify(written.body), 'read as', HTTP.toEvent(written).data);
} catch (error) {
  console.log('written as', JSON.stringify(written.body), '|', error.message);
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
{"a":1} | binary object {"a":1} | structured object {"a":1}
"yes" | binary string "yes" | structured string "yes"
5 | binary string "5" | structured number 5
true | binary string "true" | structured boolean true
written as 5 | invalid payload type, allowed are: string or object
SEEN
