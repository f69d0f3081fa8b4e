#!/usr/bin/env bash
# Package:  System.Diagnostics.DiagnosticSource 11.0.0, OpenTelemetry.Api 1.20.1 (NuGet)
# Input:    the header `baggage: user=7;ttl=60`, read by the W3C propagator and passed on.
# Expected: W3C Baggage, 3.2.1: what follows a semicolon is a property of the member, so the value is 7. A value can't hold a semicolon.
# Seen:     the value is `7;ttl=60`, and the next service gets it encoded, so that the property is part of the value for it too.
#           OpenTelemetry for .NET reads 7.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package System.Diagnostics.DiagnosticSource@11.0.0
#:package OpenTelemetry.Api@1.20.1
using System.Diagnostics;
using OpenTelemetry.Context.Propagation;

const string header = "user=7;ttl=60";
var propagator = DistributedContextPropagator.CreateW3CPropagator();
var read = propagator.ExtractBaggage(null, (object? _, string name, out string? value, out IEnumerable<string>? values) =>
    (value, values) = (name == "baggage" ? header : null, null));
using var activity = new Activity("call").Start();
foreach (var (key, value) in read!)
{
    Console.WriteLine($".NET reads {key}: {value}");
    activity.AddBaggage(key, value);
}
propagator.Inject(activity, null, (_, name, value) => { if (name == "baggage") Console.WriteLine($".NET passes on {value}"); });
var other = new BaggagePropagator().Extract(default, header, (text, name) => name == "baggage" ? [text] : null);
Console.WriteLine($"OpenTelemetry for .NET reads user: {other.Baggage.GetBaggage("user")}");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
.NET reads user: 7;ttl=60
.NET passes on user = 7%3Bttl=60
OpenTelemetry for .NET reads user: 7
SEEN
