#!/usr/bin/env bash
# Package:  cloudevents 10.0.0 (npm), CloudNative.CloudEvents 2.9.0 (NuGet)
# Input:    an event whose subject is `发言 1`, in binary mode.
# Expected: CloudEvents, HTTP protocol binding 1.0.2, 3.1.3.2: characters outside the printable ASCII ones, the space, the quote and
#           the percent sign of a header's value are percent-encoded, and the receiver decodes it. The C# library does both.
# Seen:     the JavaScript library writes the characters as they are, which a request in Node refuses, and does not decode what it reads.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cloudevents@10.0.0

cat > try.cs <<'CS'
#:package CloudNative.CloudEvents@2.9.0
#:package CloudNative.CloudEvents.SystemTextJson@2.9.0
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;

var sent = new CloudEvent { Id = "1", Source = new("/chat", UriKind.Relative), Type = "said", Subject = "发言 1", Data = "x", DataContentType = "text/plain" };
var content = sent.ToHttpContent(ContentMode.Binary, new JsonEventFormatter());
Console.WriteLine(content.Headers.GetValues("ce-subject").Single());
CS
cat > try.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents';

const encoded = process.argv[2];
const type = { id: '1', source: '/chat', type: 'said', specversion: '1.0' };
const { headers } = HTTP.binary(new CloudEvent({ ...type, subject: '发言 1', data: 'x' }));
console.log('written by JavaScript:', headers['ce-subject']);
try {
  new Headers(headers);
} catch {
  console.log('  refused as a header');
}
console.log('written by C#:', encoded);
const attributes = Object.entries(type).map(([name, value]) => [`ce-${name}`, value]);
const received = { ...Object.fromEntries(attributes), 'ce-subject': encoded, 'content-type': 'text/plain' };
console.log('  read by JavaScript:', HTTP.toEvent({ headers: received, body: 'x' }).subject);
JS
node try.mjs "$(dotnet run try.cs 2> /dev/null)" | tee actual
diff actual - <<'SEEN'
written by JavaScript: 发言 1
  refused as a header
written by C#: %E5%8F%91%E8%A8%80%201
  read by JavaScript: %E5%8F%91%E8%A8%80%201
SEEN
