#!/usr/bin/env bash
# Package:  System.Diagnostics.DiagnosticSource 11.0.0, OpenTelemetry.Api 1.20.1 (NuGet)
# Input:    a `traceparent` of a later version, which has a further field.
# Expected: W3C Trace Context, 3.2.4 "Versioning of traceparent": of a higher version, the ids and the sampled flag are parsed if the
#           header is longer and has a dash after them.
# Seen:     `ActivityContext.TryParse` refuses it, so the trace begins anew. `TraceContextPropagator` of OpenTelemetry for .NET
#           refuses it for the versions 01 to 0f, and reads it for later ones.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package System.Diagnostics.DiagnosticSource@11.0.0
#:package OpenTelemetry.Api@1.20.1
using System.Diagnostics;
using OpenTelemetry.Context.Propagation;

var ids = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
foreach (var header in new[] { $"00-{ids}", $"01-{ids}", $"01-{ids}-more", $"0f-{ids}-more", $"10-{ids}-more" })
{
    var parsed = ActivityContext.TryParse(header, null, out _);
    var other = new TraceContextPropagator().Extract(default, header, (text, name) => name == "traceparent" ? [text] : null);
    Console.WriteLine($"{header}: ActivityContext {parsed}, OpenTelemetry {other.ActivityContext != default}");
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01: ActivityContext True, OpenTelemetry True
01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01: ActivityContext True, OpenTelemetry True
01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more: ActivityContext False, OpenTelemetry False
0f-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more: ActivityContext False, OpenTelemetry False
10-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more: ActivityContext False, OpenTelemetry True
SEEN
