#!/usr/bin/env bash
# Package:  @azure/data-tables 13.3.2 (npm); Azure.Data.Tables 12.13.0 (NuGet) beside it
# Input:    connection strings without the parts that have a default, and one that names a proxy for the storage emulator.
# Expected: as documented for Azure Storage, an explicit endpoint needs no protocol, and the default suffix is core.windows.net.
#           `DevelopmentStorageProxyUri` names the machine on which the emulator is found. One string works in both packages.
# Seen:     the npm package asks for the SAS of a string that has a key, and goes to its own machine instead of the proxy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > strings <<'TXT'
TableEndpoint=https://a.test;AccountName=a;AccountKey=a2V5
AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net
DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5
UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://proxy.test
TXT
cat > try.cs <<'CS'
#:package Azure.Data.Tables@12.13.0
#:property PublishAot=false
foreach (var text in File.ReadLines("strings"))
{
    Console.WriteLine($".NET {new Azure.Data.Tables.TableClient(text, "chat").Uri.GetLeftPart(UriPartial.Authority)}");
}
CS
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { TableClient } from '@azure/data-tables';

for (const text of readFileSync('strings', 'utf8').trim().split('\n')) {
  try {
    console.log('npm ', new URL(TableClient.fromConnectionString(text, 'chat').url).origin);
  } catch ({ message }) {
    console.log('npm ', message);
  }
}
JS
{ dotnet run try.cs 2> /dev/null; node try.mjs; } | tee actual
diff actual - <<'SEEN'
.NET https://a.test
.NET https://a.table.core.windows.net
.NET https://a.table.core.windows.net
.NET http://proxy.test:10002
npm  Invalid SharedAccessSignature in the provided SAS Connection String
npm  Invalid TableEndpoint in the provided SAS Connection String
npm  Invalid EndpointSuffix in the provided Connection String
npm  http://127.0.0.1:10002
SEEN
