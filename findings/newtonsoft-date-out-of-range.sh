#!/usr/bin/env bash
# Package:  Newtonsoft.Json 13.0.3 (NuGet), `JToken.Parse` with its default settings
# Input:    `"/Date(99999999999999999)/"`, a JSON string of 26 characters.
# Expected: RFC 8259, 7: a string is any characters between quotes, so this is a valid JSON text, and it is read. As
#           `DateParseHandling.DateTime` says, what looks like a date is made one; a string that is none stays a string, as
#           `"/Date(soon)/"` does.
# Seen:     ArgumentOutOfRangeException, which is no JsonException: the milliseconds pass DateTime.MaxValue.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Newtonsoft.Json@13.0.3
using Newtonsoft.Json.Linq;

foreach (var text in new[] { "/Date(1577836800000)/", "/Date(soon)/", "/Date(99999999999999999)/" })
{
    try { Console.WriteLine($"{text} -> {JToken.Parse($"\"{text}\"").Type}"); }
    catch (Exception error) { Console.WriteLine($"{text} -> {error.GetType().Name}"); }
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
/Date(1577836800000)/ -> Date
/Date(soon)/ -> String
/Date(99999999999999999)/ -> ArgumentOutOfRangeException
SEEN
