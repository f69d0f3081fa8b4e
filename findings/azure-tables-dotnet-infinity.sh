#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet)
# Input:    an entity whose double is NaN, Infinity or -Infinity. Edm.Double is an IEEE 754 number, which has all three.
# Expected: all are stored or none is. The package reads all three.
# Seen:     NaN is stored, the others throw an ArgumentException about JSON. And one form of `CreateQueryFilter` writes `INF`
#           where the other writes `Infinity`.
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

foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
{
    storage.Row = $$"""{"PartitionKey":"p","RowKey":"r","Value@odata.type":"Edm.Double","Value":"{{value}}"}""";
    Console.WriteLine($"{value} is read as {(await table.GetEntityAsync<TableEntity>("p", "r")).Value["Value"]}");
    Console.WriteLine($"filters: {TableClient.CreateQueryFilter<Row>(row => row.Value == value)} | {TableClient.CreateQueryFilter($"Value eq {value}")}");
    try
    {
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });
        Console.WriteLine($"stored: {storage.Row}");
    }
    catch (ArgumentException error) { Console.WriteLine($"not stored: {error.Message.Split('.')[1]}"); }
}

class Row : ITableEntity
{
    public string PartitionKey { get; set; } = "p";
    public string RowKey { get; set; } = "r";
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public double Value { get; set; }
}

/// <summary>Keeps one row, and answers with it.</summary>
class Storage : HttpMessageHandler
{
    public string Row = "";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        if (request.Method == HttpMethod.Get) return new(HttpStatusCode.OK) { Content = new StringContent(Row) };
        Row = await request.Content!.ReadAsStringAsync(token);
        return new(HttpStatusCode.NoContent);
    }
}
CS
DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
NaN is read as NaN
filters: Value eq NaN | Value eq NaN
stored: {"PartitionKey":"p","RowKey":"r","Value":"NaN","Value@odata.type":"Edm.Double"}
Infinity is read as Infinity
filters: Value eq INF | Value eq Infinity
not stored: NET number values such as positive and negative infinity cannot be written as valid JSON
-Infinity is read as -Infinity
filters: Value eq -INF | Value eq -Infinity
not stored: NET number values such as positive and negative infinity cannot be written as valid JSON
SEEN
