#!/usr/bin/env bash
# Package:  @opentelemetry/core 2.12.1, @opentelemetry/api 1.9.1 (npm), System.Diagnostics.DiagnosticSource 11.0.0,
#           OpenTelemetry.Api 1.20.1 (NuGet)
# Input:    the header `baggage: tenant=,user=7`.
# Expected: W3C Baggage, 3.2.1.1: `value = *baggage-octet`, so a value may be empty, and the header has two members.
# Seen:     `W3CBaggagePropagator` of JavaScript and the W3C propagator of .NET lose the member, though both write one.
#           `BaggagePropagator` of OpenTelemetry for .NET has it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1

cat > try.mjs <<'JS'
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';

const propagator = new W3CBaggagePropagator();
const entries = { tenant: { value: '' }, user: { value: '7' } };
const headers = {};
const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
propagator.inject(context, headers, { set: (carrier, key, value) => { carrier[key] = value; } });
console.log('JavaScript writes', headers.baggage);
const read = propagator.extract(ROOT_CONTEXT, headers, { get: (carrier, key) => carrier[key], keys: Object.keys });
console.log('JavaScript reads', propagation.getBaggage(read).getAllEntries().map(([key]) => key).join(', '));
JS
cat > try.cs <<'CS'
#:package System.Diagnostics.DiagnosticSource@11.0.0
#:package OpenTelemetry.Api@1.20.1
using System.Diagnostics;
using OpenTelemetry.Context.Propagation;

const string header = "tenant=,user=7";
var propagator = DistributedContextPropagator.CreateW3CPropagator();
using var activity = new Activity("call").AddBaggage("tenant", "").Start();
propagator.Inject(activity, null, (_, name, value) => { if (name == "baggage") Console.WriteLine($".NET writes {value}"); });
var read = propagator.ExtractBaggage(null, (object? _, string name, out string? value, out IEnumerable<string>? values) =>
    (value, values) = (name == "baggage" ? header : null, null));
Console.WriteLine($".NET reads {string.Join(", ", read!.Select(item => item.Key))}");
var other = new BaggagePropagator().Extract(default, header, (text, name) => name == "baggage" ? [text] : null);
Console.WriteLine($"OpenTelemetry for .NET reads {string.Join(", ", other.Baggage.GetBaggage().Keys)}");
CS
{ node try.mjs; dotnet run try.cs 2> /dev/null; } | tee actual
diff actual - <<'SEEN'
JavaScript writes tenant=,user=7
JavaScript reads user
.NET writes tenant = 
.NET reads user
OpenTelemetry for .NET reads tenant, user
SEEN
