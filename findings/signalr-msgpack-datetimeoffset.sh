#!/usr/bin/env bash
# Packages: Microsoft.AspNetCore.SignalR.Protocols.MessagePack 10.0.15 with MessagePack 2.5.307 (NuGet) writes;
#           @microsoft/signalr-protocol-msgpack 10.0.11 (npm) reads
# Input:    the `DateTimeOffset` 2026-01-02T03:04:05+02:00, which is 01:04:05 UTC.
# Expected: MessagePack specification, "Timestamp extension type": seconds that have elapsed since 1970-01-01 00:00:00 UTC,
#           so the timestamp is 01:04:05Z, whatever stands beside it.
# Seen:     the .NET end sends an array, and its timestamp holds the local time of day as if that were UTC. A JavaScript
#           client gets a Date two hours late, and the 120 minutes beside it. The JSON protocol sends the right instant.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @microsoft/signalr@10.0.11 @microsoft/signalr-protocol-msgpack@10.0.11

cat > write.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.MessagePack@10.0.15
#:package MessagePack@2.5.307
#:property PublishAot=false
using Microsoft.AspNetCore.SignalR.Protocol;

var date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
Console.WriteLine(Convert.ToHexString(new MessagePackHubProtocol().GetMessageBytes(new InvocationMessage("at", [date])).Span));
CS
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { NullLogger } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

const bytes = new Uint8Array(Buffer.from(readFileSync('message', 'utf8').trim(), 'hex'));
const [message] = new MessagePackHubProtocol().parseMessages(bytes.buffer.slice(0, bytes.length), NullLogger.instance);
console.log(JSON.stringify(message.arguments));
JS
dotnet run write.cs 2> /dev/null > message
node read.mjs | tee actual
diff actual - <<'SEEN'
[["2026-01-02T03:04:05.000Z",120]]
SEEN
