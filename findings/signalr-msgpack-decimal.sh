#!/usr/bin/env bash
# Package:  Microsoft.AspNetCore.SignalR.Protocols.MessagePack 10.0.15 (NuGet), @microsoft/signalr-protocol-msgpack 10.0.11 (npm)
# Input:    a JavaScript client calls a hub's method whose parameter is a `decimal` with 5 and 1.5, and a `long` with 2^53.
# Expected: the values, as with the JSON protocol. Both are exact numbers in JavaScript.
# Seen:     no number is a `decimal`: only a string is. 2^53 is no `long`, because the client sends whole numbers from there on as
#           floating point.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @microsoft/signalr@10.0.11 @microsoft/signalr-protocol-msgpack@10.0.11

cat > write.mjs <<'JS'
import { JsonHubProtocol } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

for (const protocol of [new JsonHubProtocol(), new MessagePackHubProtocol()]) {
  for (const [type, value] of [['decimal', 5], ['decimal', 1.5], ['decimal', '1.5'], ['long', 2 ** 53 - 1], ['long', 2 ** 53]]) {
    if (typeof value === 'string' && protocol.name === 'json') continue;
    const message = protocol.writeMessage({ type: 1, target: 'pay', arguments: [value], headers: {}, streamIds: [] });
    console.log(`${protocol.name} ${type} ${JSON.stringify(value)} ${Buffer.from(message).toString('hex')}`);
  }
}
JS
cat > try.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.MessagePack@10.0.15
#:package MessagePack@2.5.307
#:package Microsoft.AspNetCore.SignalR.Protocols.Json@10.0.15
#:property PublishAot=false
using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

while (Console.ReadLine()?.Split(' ') is [var protocol, var type, var text, var hex])
{
    var bytes = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
    IHubProtocol hub = protocol == "json" ? new JsonHubProtocol() : new MessagePackHubProtocol();
    hub.TryParseMessage(ref bytes, new Binder(type == "long" ? typeof(long) : typeof(decimal)), out var message);
    var seen = message is InvocationBindingFailureMessage { BindingFailure.SourceException: var error }
        ? error.GetBaseException().Message
        : FormattableString.Invariant($"{((InvocationMessage)message!).Arguments[0]}");
    Console.WriteLine($"{protocol} | {type} | {text} | {seen}");
}

class Binder(Type type) : IInvocationBinder
{
    public IReadOnlyList<Type> GetParameterTypes(string methodName) => [type];
    public Type GetReturnType(string invocationId) => type;
    public Type GetStreamItemType(string streamId) => type;
}
CS
node write.mjs | dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
json | decimal | 5 | 5
json | decimal | 1.5 | 1.5
json | long | 9007199254740991 | 9007199254740991
json | long | 9007199254740992 | 9007199254740992
messagepack | decimal | 5 | Unexpected msgpack code 5 (positive fixint) encountered.
messagepack | decimal | 1.5 | Unexpected msgpack code 203 (float 64) encountered.
messagepack | decimal | "1.5" | 1.5
messagepack | long | 9007199254740991 | 9007199254740991
messagepack | long | 9007199254740992 | Unexpected msgpack code 203 (float 64) encountered.
SEEN
