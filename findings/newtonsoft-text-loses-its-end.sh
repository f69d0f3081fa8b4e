#!/usr/bin/env bash
# Package:  Newtonsoft.Json 13.0.4 (NuGet), which the Azure Functions host uses
# Input:    the JSON strings below, read with `JToken.Parse` and written again.
# Expected: documented is that text in the form of an ISO 8601 date becomes a date. A time with four parts and an
#           offset of 25 hours do not have it, so they stay the text that they were.
# Seen:     they become dates, and other texts than they were. A number of milliseconds beyond all dates becomes 1969.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Newtonsoft.Json@13.0.4
#:property PublishAot=false
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

foreach (var text in new[]
{
    "2020-01-01T00:00:00", "2020-01-01T00:00:00:30", "2020-01-01T00:00:00-25:00", "/Date(9223372036854775807)/",
})
{
    var token = JToken.Parse($"\"{text}\"");
    var time = token.Type == JTokenType.Date ? token.ToObject<DateTimeOffset>().UtcDateTime.ToString("s") : "";
    Console.WriteLine($"{text} | {token.Type} {time}");
}
CS
TZ=UTC dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
2020-01-01T00:00:00 | Date 2020-01-01T00:00:00
2020-01-01T00:00:00:30 | Date 2020-01-01T00:00:00
2020-01-01T00:00:00-25:00 | Date 2020-01-02T01:00:00
/Date(9223372036854775807)/ | Date 1969-12-31T23:59:59
SEEN
