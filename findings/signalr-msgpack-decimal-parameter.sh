#!/usr/bin/env bash
# Packages: @microsoft/signalr-protocol-msgpack 10.0.11 (npm) writes;
#           Microsoft.AspNetCore.SignalR.Protocols.MessagePack 10.0.15 with MessagePack 2.5.307 (NuGet) reads
# Input:    a JavaScript number for a .NET parameter of type `decimal`, and a JavaScript Date for one of `DateTimeOffset`.
# Expected: the protocol is a choice of encoding: what binds with the JSON protocol (it does) binds with MessagePack. The
#           documentation's list of MessagePack's limits names `DateTime.Kind`, not these two.
# Seen:     both fail to bind: .NET reads a `decimal` from a string only, and a `DateTimeOffset` from an array of two only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @microsoft/signalr@10.0.11 @microsoft/signalr-protocol-msgpack@10.0.11

cat > write.mjs <<'JS'
import { JsonHubProtocol } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

for (const argument of [1.5, new Date('2026-01-02T03:04:05Z')])
  for (const protocol of [new JsonHubProtocol(), new MessagePackHubProtocol()])
    console.log(Buffer.from(protocol.writeMessage({ type: 1, target: 't', arguments: [argument] })).toString('hex'));
JS
cat > read.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.MessagePack@10.0.15
#:package MessagePack@2.5.307
#:package Microsoft.AspNetCore.SignalR.Protocols.Json@10.0.15
#:property PublishAot=false
using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

var messages = File.ReadAllLines("messages").Select(Convert.FromHexString).ToArray();
Console.WriteLine($"decimal: JSON {Read(new JsonHubProtocol(), 0)}, MessagePack {Read(new MessagePackHubProtocol(), 1)}");
Console.WriteLine($"DateTimeOffset: JSON {Read(new JsonHubProtocol(), 2)}, MessagePack {Read(new MessagePackHubProtocol(), 3)}");

string Read(IHubProtocol protocol, int index)
{
    var input = new ReadOnlySequence<byte>(messages[index]);
    protocol.TryParseMessage(ref input, new Binder(index < 2 ? typeof(decimal) : typeof(DateTimeOffset)), out var message);
    return message is InvocationBindingFailureMessage ? "does not bind" : "binds";
}

class Binder(Type type) : IInvocationBinder
{
    public Type GetReturnType(string invocationId) => type;
    public Type GetStreamItemType(string streamId) => type;
    public IReadOnlyList<Type> GetParameterTypes(string methodName) => [type];
}
CS
node write.mjs > messages
dotnet run read.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
decimal: JSON binds, MessagePack does not bind
DateTimeOffset: JSON binds, MessagePack does not bind
SEEN
