#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet)
# Input:    an entity of a class with an enum property, and a filter made by `CreateQueryFilter` of `row => row.Day == DayOfWeek.Monday`.
# Expected: the filter asks for what the package stores for that value.
# Seen:     it stores the name, 'Monday', and asks for the number, 1. No row has both, so nothing is found.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Azure.Data.Tables@12.13.0
#:property PublishAot=false
using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

var storage = new Storage();
var table = new TableClient(new Uri("https://tables.test"), "chat", new TableSharedKeyCredential("account", "a2V5"),
    new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(storage)) });

await table.AddEntityAsync(new Row { Day = DayOfWeek.Monday });
await table.QueryAsync<Row>(row => row.Day == DayOfWeek.Monday).AsPages().GetAsyncEnumerator().MoveNextAsync();
foreach (var line in storage.Seen) Console.WriteLine(line);
Console.WriteLine(TableClient.CreateQueryFilter<Row>(row => row.Day == DayOfWeek.Monday || row.Other == DayOfWeek.Friday));

class Row : ITableEntity
{
    public string PartitionKey { get; set; } = "p";
    public string RowKey { get; set; } = "r";
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public DayOfWeek Day { get; set; }
    public DayOfWeek? Other { get; set; }
}

/// <summary>Notes what is stored and asked.</summary>
class Storage : HttpMessageHandler
{
    public readonly List<string> Seen = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        if (request.Content != null) Seen.Add("stored: " + await request.Content.ReadAsStringAsync(token));
        else Seen.Add("asked:  " + Uri.UnescapeDataString(request.RequestUri!.Query).Split('&').First(part => part.Contains("filter")));
        return request.Content != null
            ? new(HttpStatusCode.NoContent)
            : new(HttpStatusCode.OK) { Content = new StringContent("""{"value":[]}""") };
    }
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
stored: {"PartitionKey":"p","RowKey":"r","Day":"Monday","Other":null}
asked:  $filter=Day eq 1
Day eq 1 or Other eq 5
SEEN
