#!/usr/bin/env bash
# Package:  Newtonsoft.Json 13.0.4 (NuGet); System.Text.Json of .NET 10 beside it
# Input:    `[1e400,-1e400]`, read and written again.
# Expected: RFC 8259, 6: both are numbers. A reader may limit their range, but what is written is numbers again, or an error.
# Seen:     two strings, "Infinity" and "-Infinity". System.Text.Json writes the two numbers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Newtonsoft.Json@13.0.4
#:property PublishAot=false
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

const string Numbers = "[1e400,-1e400]";
Console.WriteLine($"System.Text.Json {JsonNode.Parse(Numbers)!.ToJsonString()}");
Console.WriteLine($"Newtonsoft.Json  {JToken.Parse(Numbers).ToString(Formatting.None)}");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
System.Text.Json [1e400,-1e400]
Newtonsoft.Json  ["Infinity","-Infinity"]
SEEN
