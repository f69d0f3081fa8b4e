#!/usr/bin/env bash
# Package:  Azurite 3.35.0 (npm), through @azure/data-tables 13.3.2
# Input:    a table in which `count` is an Int64 in one row and an Int32 in another, and the filter `count ge 1L`.
# Expected: Table service data model: a table has no schema, two entities may differ. "Querying tables and entities": a constant
#           finds the properties of its own type: the Int64 row. Nothing in the request is invalid.
# Seen:     HTTP 500 as soon as one row holds an Int32; without that row the same query works.
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
import { TableClient } from '@azure/data-tables';

const url = `http://127.0.0.1:${process.argv[2]}/devstoreaccount1`;
// The key that every emulator has, as documented.
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const account = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};TableEndpoint=${url}`;
const table = TableClient.fromConnectionString(account, 'things', { allowInsecureConnection: true });
await table.createTable();
async function rows(filter) {
  const keys = [];
  for await (const entity of table.listEntities({ queryOptions: { filter } })) keys.push(entity.rowKey);
  return keys.join(' ') || 'none';
}
const attempt = () => rows('count ge 1L').catch((error) => `HTTP ${error.statusCode}`);
await table.createEntity({ partitionKey: 'p', rowKey: 'int64', count: 5n });
console.log(await attempt());
await table.createEntity({ partitionKey: 'p', rowKey: 'int32', count: 5 });
console.log(await attempt());
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
int64
HTTP 500
SEEN
