#!/usr/bin/env bash
# Packages: Microsoft.Net.Http.Headers 10.0.15 (NuGet) and System.Net.Http of .NET 10, `MediaTypeHeaderValue` of both
# Input:    `text/html;charset=utf-8;` and `text/html;;charset=utf-8`.
# Expected: RFC 9110, 5.6.6: parameters = *( OWS ";" OWS [ parameter ] ): what follows a semicolon may be nothing, so both are
#           media types (8.3.1).
# Seen:     neither class takes the second; the two classes of one maker do not agree about the first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Microsoft.Net.Http.Headers@10.0.15
using AspNet = Microsoft.Net.Http.Headers.MediaTypeHeaderValue;
using Client = System.Net.Http.Headers.MediaTypeHeaderValue;

foreach (var text in new[] { "text/html;charset=utf-8", "text/html;charset=utf-8;", "text/html;;charset=utf-8" })
    Console.WriteLine($"{text}: {AspNet.TryParse(text, out _)}, {Client.TryParse(text, out _)}");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
text/html;charset=utf-8: True, True
text/html;charset=utf-8;: True, False
text/html;;charset=utf-8: False, False
SEEN
