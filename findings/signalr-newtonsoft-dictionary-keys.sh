#!/usr/bin/env bash
# Package:  Microsoft.AspNetCore.SignalR.Protocols.NewtonsoftJson 10.0.15 (NuGet); ...Protocols.Json 10.0.15 beside it
# Input:    an argument `Dictionary<string, int>` with the keys "Ada" and "ada", such as a score for each user name.
# Expected: keys are data: two different keys stay two, as with the default protocol (System.Text.Json).
# Seen:     its default contract resolver writes dictionary keys in camel case as well as property names, so the message
#           has one key twice, and the client that parses it has one entry left.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Microsoft.AspNetCore.SignalR.Protocols.NewtonsoftJson@10.0.15
#:package Microsoft.AspNetCore.SignalR.Protocols.Json@10.0.15
#:property PublishAot=false
using System.Text;
using Microsoft.AspNetCore.SignalR.Protocol;

var scores = new Dictionary<string, int> { ["Ada"] = 1, ["ada"] = 2 };
foreach (IHubProtocol protocol in new IHubProtocol[] { new JsonHubProtocol(), new NewtonsoftJsonHubProtocol() })
    Console.WriteLine(Encoding.UTF8.GetString(protocol.GetMessageBytes(new InvocationMessage("scores", [scores])).Span).TrimEnd('\u001e'));
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
{"type":1,"target":"scores","arguments":[{"Ada":1,"ada":2}]}
{"type":1,"target":"scores","arguments":[{"ada":1,"ada":2}]}
SEEN
