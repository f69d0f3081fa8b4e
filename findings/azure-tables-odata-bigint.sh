#!/usr/bin/env bash
# Packages: @azure/data-tables 13.3.2 (npm), against Azurite 3.35.0 (npm)
# Input:    an entity with `count: 5n`, and the query odata`count eq ${5n}` with the same bigint.
# Expected: the client stores a bigint as Edm.Int64, and "Querying tables and entities" says that a constant must be of the
#           property's type. The literal of an Int64 ends in L ([MS-ODATA] 2.2.2), so the filter is `count eq 5L`.
# Seen:     the template tag renders `count eq 5`, an Int32, and nothing is found. The .NET client renders 5L for a long.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${azurite:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2 azurite@3.35.0
port=$(node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
node_modules/.bin/azurite-table --inMemoryPersistence --silent --disableTelemetry --tablePort "$port" > azurite.log &
azurite=$!
until grep -qs 'successfully' azurite.log; do sleep 0.2; done

cat > try.mjs <<'JS'
import { odata, TableClient } from '@azure/data-tables';

const url = `http://127.0.0.1:${process.argv[2]}/devstoreaccount1`;
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const connection = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};TableEndpoint=${url}`;
const table = TableClient.fromConnectionString(connection, 'counters', { allowInsecureConnection: true });
await table.createTable();
await table.createEntity({ partitionKey: 'p', rowKey: 'r', count: 5n });
for (const filter of [odata`count eq ${5n}`, 'count eq 5L']) {
  let found = 0;
  for await (const _ of table.listEntities({ queryOptions: { filter } })) found++;
  console.log(filter, '->', found);
}
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
count eq 5 -> 0
count eq 5L -> 1
SEEN
