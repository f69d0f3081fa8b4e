#!/usr/bin/env bash
# Package:  Microsoft.Net.Http.Headers 10.0.15 (NuGet)
# Input:    cookies whose `Expires` has dashes, a short name of the day, and a year of two or four digits.
# Expected: RFC 6265, 5.1.1: a cookie date is read by its parts, a dash is a delimiter, and the year 94 is 1994.
# Seen:     the year of two digits makes the whole cookie unreadable; with four digits, or with `Sunday`, it is read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Microsoft.Net.Http.Headers@10.0.15
#:property PublishAot=false
using Microsoft.Net.Http.Headers;

foreach (var date in new[] { "Sun, 06-Nov-1994", "Sunday, 06-Nov-94", "Sun, 06-Nov-94" })
{
    var read = SetCookieHeaderValue.TryParse($"a=b; expires={date} 08:49:37 GMT", out var cookie);
    Console.WriteLine($"{date}: {(read ? $"{cookie!.Expires:u}" : "unreadable")}");
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
Sun, 06-Nov-1994: 1994-11-06 08:49:37Z
Sunday, 06-Nov-94: 1994-11-06 08:49:37Z
Sun, 06-Nov-94: unreadable
SEEN
