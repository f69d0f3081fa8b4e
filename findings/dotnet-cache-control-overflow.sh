#!/usr/bin/env bash
# Package:  Microsoft.Net.Http.Headers 10.0.15 (NuGet), `CacheControlHeaderValue`
# Input:    `Cache-Control: public, max-age=2147483648`, one second more than an Int32 holds; and `max-age="5"`.
# Expected: RFC 9111, 1.2.2: delta-seconds that are too great MUST be taken as 2147483648 or the greatest number that is
#           convenient. 5.2: a recipient ought to take both forms of an argument, token and quoted string.
# Seen:     neither is parsed, and the directives beside it go with it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Microsoft.Net.Http.Headers@10.0.15
using Microsoft.Net.Http.Headers;

foreach (var text in new[] { "public, max-age=2147483647", "public, max-age=2147483648", "public, max-age=\"5\"" })
    Console.WriteLine($"{text} -> {(CacheControlHeaderValue.TryParse(text, out var value) ? $"public is {value.Public}" : "not parsed")}");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
public, max-age=2147483647 -> public is True
public, max-age=2147483648 -> not parsed
public, max-age="5" -> not parsed
SEEN
