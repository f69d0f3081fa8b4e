#!/usr/bin/env bash
# Package:  System.Net.ServerSentEvents 11.0.0 (NuGet), `SseParser`
# Input:    (1) `event: x`, blank line, `data: b`, blank line; (2) `event:`, `data: b`, blank line.
# Expected: WHATWG HTML 9.2.6: at a blank line with an empty data buffer, the data buffer *and the event type buffer* are
#           set to the empty string; and the type is `message` unless the event type buffer is other than empty. So both
#           streams hold one `message`. The class says that it parses this format.
# Seen:     (1) the type of the event without data passes to the next event; (2) the type is the empty string.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package System.Net.ServerSentEvents@11.0.0
using System.Net.ServerSentEvents;
using System.Text;

foreach (var text in new[] { "data: b\n\n", "event: x\n\ndata: b\n\n", "event:\ndata: b\n\n" })
    foreach (var item in SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))).Enumerate())
        Console.WriteLine($"type '{item.EventType}', data '{item.Data}'");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
type 'message', data 'b'
type 'x', data 'b'
type '', data 'b'
SEEN
