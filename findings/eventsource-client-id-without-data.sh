#!/usr/bin/env bash
# Package:  eventsource-client 1.2.0 (npm)
# Input:    a stream that sends an id with an empty event, and then an event without an id.
# Expected: WHATWG HTML, 9.2.6: the end of every event sets the last event id, also of one without data, which is not
#           dispatched. A client that reconnects sends it as `Last-Event-ID`, and later events have it.
# Seen:     the id is lost: `lastEventId` is undefined, and the reconnect has no such header. An id with data is kept.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts eventsource-client@1.2.0

cat > try.mjs <<'JS'
import { createServer } from 'node:http';
import { createEventSource } from 'eventsource-client';

async function headersOf(text) {
  const headers = [];
  let source;
  const server = createServer((request, response) => {
    headers.push(request.headers['last-event-id'] ?? 'none');
    if (headers.length === 2) source.close();
    response.setHeader('content-type', 'text/event-stream');
    response.end(`retry: 1\n${text}`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  source = createEventSource(`http://127.0.0.1:${server.address().port}/`);
  while (headers.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  server.close();
  server.closeAllConnections();
  return headers.slice(0, 2);
}

for (const text of ['id: 7\ndata: a\n\n', 'id: 7\n\ndata: a\n\n']) {
  console.log(JSON.stringify(text), JSON.stringify(await headersOf(text)));
}
process.exit();
JS
timeout 60 node try.mjs | tee actual
diff actual - <<'SEEN'
"id: 7\ndata: a\n\n" ["none","7"]
"id: 7\n\ndata: a\n\n" ["none","none"]
SEEN
