#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet); @azure/data-tables 13.3.2 (npm) writes the row
# Input:    the number 5, which the npm package stores as Edm.Int32, read into a class with an `int`, a `double`, a `long` or a
#           `string`.
# Expected: 5, as for the `double`: an Int64 has room for each Int32. Or an error that names the property and its type.
# Seen:     for the `long` an ArgumentNullException about a parameter "s", for the `string` null without an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > write.mjs <<'JS'
import { TableClient } from '@azure/data-tables';

const httpClient = { sendRequest: ({ body }) => Promise.reject(new Error(body)) };
const client = new TableClient('https://tables.test', 'chat', { httpClient, retryOptions: { maxRetries: 0 } });
await client.createEntity({ partitionKey: 'p', rowKey: 'r', Count: 5 }).catch(({ message }) => console.log(message));
JS
cat > try.cs <<'CS'
#:package Azure.Data.Tables@12.13.0
#:property PublishAot=false
using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

var row = Console.In.ReadToEnd().Trim();
Console.WriteLine(row);
var table = new TableClient(new Uri("https://tables.test"), "chat", new TableSharedKeyCredential("account", "a2V5"),
    new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(new Storage(row))) });

await Read<int>("int");
await Read<double>("double");
await Read<long>("long");
await Read<string>("string");

async Task Read<T>(string type)
{
    try
    {
        var value = (await table.GetEntityAsync<Row<T>>("p", "r")).Value.Count;
        Console.WriteLine($"{type}: {(value is null ? "null" : value)}");
    }
    catch (Exception error) { Console.WriteLine($"{type}: {error.GetType().Name}, {error.Message}"); }
}

class Row<T> : ITableEntity
{
    public string PartitionKey { get; set; } = "";
    public string RowKey { get; set; } = "";
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public T? Count { get; set; }
}

class Storage(string row) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(row) });
}
CS
node write.mjs | dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
{"PartitionKey":"p","RowKey":"r","Count":5}
int: 5
double: 5
long: ArgumentNullException, Value cannot be null. (Parameter 's')
string: null
SEEN
