#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet); @azure/data-tables 13.3.2 (npm) beside it
# Input:    `TableEndpoint=https://tables.test/behind/a/proxy;SharedAccessSignature=…`, as storage behind a gateway has it.
# Expected: a table's address is the endpoint with its path, then the table, as in the other package.
# Seen:     the path is dropped, also by a service client that shows it in its own address. Only the emulator's path stays.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > try.cs <<'CS'
#:package Azure.Data.Tables@12.13.0
#:property PublishAot=false
using Azure.Data.Tables;

var connection = args[0];
var service = new TableServiceClient(connection);
Console.WriteLine($".NET service {service.Uri.GetLeftPart(UriPartial.Path)}");
Console.WriteLine($".NET table   {service.GetTableClient("chat").Uri.GetLeftPart(UriPartial.Path)}");
Console.WriteLine($".NET table   {new TableClient(connection, "chat").Uri.GetLeftPart(UriPartial.Path)}");
CS
cat > try.mjs <<'JS'
import { TableClient } from '@azure/data-tables';

let address;
const client = TableClient.fromConnectionString(process.argv[2], 'chat', {
  httpClient: { sendRequest: ({ url }) => Promise.reject(new Error((address = new URL(url).pathname))) },
  retryOptions: { maxRetries: 0 },
});
await client.createTable().catch(() => {});
await client.getEntity('p', 'r').catch(() => {});
console.log('npm entity  ', address);
JS
connection='TableEndpoint=https://tables.test/behind/a/proxy;SharedAccessSignature=sv=1&sig=x'
{ dotnet run try.cs -- "$connection" 2> /dev/null; node try.mjs "$connection"; } | tee actual
diff actual - <<'SEEN'
.NET service https://tables.test/behind/a/proxy
.NET table   https://tables.test/chat
.NET table   https://tables.test/chat
npm entity   /behind/a/proxy/chat(PartitionKey='p',RowKey='r')
SEEN
