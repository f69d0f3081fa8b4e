#!/usr/bin/env bash
# Packages: Microsoft.AspNetCore.SignalR.Protocols.MessagePack 10.0.15 with MessagePack 2.5.307 (NuGet) writes;
#           @microsoft/signalr-protocol-msgpack 10.0.11 (npm) reads
# Input:    an argument `Dictionary<bool, string>`.
# Expected: MessagePack specification, "map format family": a map is pairs of objects, any object may be a key. Both packages
#           are the same maker's two ends of one protocol, and with the JSON protocol the client gets {"True": "yes"}.
# Seen:     the JavaScript end throws while it parses the message, so no handler of that target ever runs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @microsoft/signalr@10.0.11 @microsoft/signalr-protocol-msgpack@10.0.11

cat > write.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.MessagePack@10.0.15
#:package MessagePack@2.5.307
#:package Microsoft.AspNetCore.SignalR.Protocols.Json@10.0.15
#:property PublishAot=false
using Microsoft.AspNetCore.SignalR.Protocol;

var message = new InvocationMessage("votes", [new Dictionary<bool, string> { [true] = "yes" }]);
foreach (IHubProtocol protocol in new IHubProtocol[] { new JsonHubProtocol(), new MessagePackHubProtocol() })
    Console.WriteLine(Convert.ToHexString(protocol.GetMessageBytes(message).Span));
CS
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { JsonHubProtocol, NullLogger } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

const [json, msgpack] = readFileSync('messages', 'utf8').trim().split('\n');
const attempts = [
  () => new JsonHubProtocol().parseMessages(Buffer.from(json, 'hex').toString(), NullLogger.instance),
  () => new MessagePackHubProtocol().parseMessages(new Uint8Array(Buffer.from(msgpack, 'hex')).buffer, NullLogger.instance),
];
for (const attempt of attempts)
  try {
    console.log(JSON.stringify(attempt()[0].arguments));
  } catch (error) {
    console.log(error.message);
  }
JS
dotnet run write.cs 2> /dev/null > messages
node read.mjs | tee actual
diff actual - <<'SEEN'
[{"True":"yes"}]
The type of key must be string or number but boolean
SEEN
