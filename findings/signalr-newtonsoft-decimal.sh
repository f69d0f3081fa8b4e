#!/usr/bin/env bash
# Package:  Microsoft.AspNetCore.SignalR.Protocols.NewtonsoftJson 10.0.15 (NuGet); ...Protocols.Json 10.0.15 beside it
# Input:    an invocation with the decimal 12345678901234.5678, written and read by the same protocol.
# Expected: both ends declare `decimal`, 28 digits, and the digits stand in the message: the value that was sent.
# Seen:     12345678901234.6. The reader takes the number as a double first and makes the decimal of its 15 digits. The
#           bytes on the wire are right, and the protocol over System.Text.Json reads the same bytes exactly.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.NewtonsoftJson@10.0.15
#:package Microsoft.AspNetCore.SignalR.Protocols.Json@10.0.15
#:property PublishAot=false
using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

foreach (IHubProtocol protocol in new IHubProtocol[] { new JsonHubProtocol(), new NewtonsoftJsonHubProtocol() })
{
    var bytes = protocol.GetMessageBytes(new InvocationMessage("pay", [12345678901234.5678m]));
    var input = new ReadOnlySequence<byte>(bytes);
    protocol.TryParseMessage(ref input, new Binder(), out var message);
    var read = (decimal)((InvocationMessage)message!).Arguments[0]!;
    Console.WriteLine(protocol.GetType().Name);
    Console.WriteLine($"  on the wire: {Encoding.UTF8.GetString(bytes.Span).TrimEnd('\u001e')}");
    Console.WriteLine($"  read:        {read.ToString(CultureInfo.InvariantCulture)}");
}

class Binder : IInvocationBinder
{
    public Type GetReturnType(string invocationId) => typeof(decimal);
    public Type GetStreamItemType(string streamId) => typeof(decimal);
    public IReadOnlyList<Type> GetParameterTypes(string methodName) => [typeof(decimal)];
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
JsonHubProtocol
  on the wire: {"type":1,"target":"pay","arguments":[12345678901234.5678]}
  read:        12345678901234.5678
NewtonsoftJsonHubProtocol
  on the wire: {"type":1,"target":"pay","arguments":[12345678901234.5678]}
  read:        12345678901234.6
SEEN
