#!/usr/bin/env bash
# Package:  Azurite 3.35.0 (npm), through @azure/data-tables 13.3.2
# Input:    the filters `size lt 1E+5` and `size lt 100000.0` on a double property. The .NET client renders a large or a small
#           double in the first form: `TableClient.CreateQueryFilter($"size lt {1e20}")` is `size lt 1E+20`.
# Expected: both filters mean the same: OData 2.0, Overview, section 6, writes an Edm.Double with an exponent (1E+10d). If it
#           could not be read, that would be an error (400), never rows without the property.
# Seen:     with an exponent `lt` finds nothing, and `eq` finds the row that has no such property.
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
await table.createEntity({ partitionKey: 'p', rowKey: 'small', size: 1.5 });
await table.createEntity({ partitionKey: 'p', rowKey: 'none-at-all' });
async function rows(filter) {
  const keys = [];
  for await (const entity of table.listEntities({ queryOptions: { filter } })) keys.push(entity.rowKey);
  return keys.join(' ') || 'none';
}
for (const filter of ['size lt 100000.0', 'size lt 1E+5', 'size eq 1.5', 'size eq 1.5E+0'])
  console.log(filter, '->', await rows(filter));
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
size lt 100000.0 -> small
size lt 1E+5 -> none
size eq 1.5 -> small
size eq 1.5E+0 -> none-at-all
SEEN
