#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet)
# Input:    entities of a class with a property of type `float` or `decimal`, added and read again.
# Expected: the value, or the NotSupportedException that a `short`, a `uint` and a `char` get.
# Seen:     the value is stored, and read as 0 without an error. The same class with a `double` reads what the `float` stored.
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

await Try(1.5f);
await Try(1.5m);
await Try(1.5);
await Try((short)1);
storage.Row = """{"PartitionKey":"p","RowKey":"r","Value":1.5}""";
Console.WriteLine($"1.5 read as Double {await Read<double>()}, as Single {await Read<float>()}, as Decimal {await Read<decimal>()}");

async Task Try<T>(T value)
{
    try
    {
        await table.AddEntityAsync(new Row<T> { Value = value });
        Console.WriteLine($"{typeof(T).Name} {value} | {storage.Row} | read as {await Read<T>()}");
    }
    catch (NotSupportedException error) { Console.WriteLine($"{typeof(T).Name} {value} | {error.Message}"); }
}

async Task<T?> Read<T>() => (await table.GetEntityAsync<Row<T>>("p", "r")).Value.Value;

class Row<T> : ITableEntity
{
    public string PartitionKey { get; set; } = "p";
    public string RowKey { get; set; } = "r";
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public T? Value { get; set; }
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
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
Single 1.5 | {"PartitionKey":"p","RowKey":"r","Value":1.5} | read as 0
Decimal 1.5 | {"PartitionKey":"p","RowKey":"r","Value":1.5} | read as 0
Double 1.5 | {"PartitionKey":"p","RowKey":"r","Value":1.5,"Value@odata.type":"Edm.Double"} | read as 1.5
Int16 1 | Not supported type System.Int16
1.5 read as Double 1.5, as Single 0, as Decimal 0
SEEN
