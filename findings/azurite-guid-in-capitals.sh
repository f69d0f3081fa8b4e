#!/usr/bin/env bash
# Package:  Azurite 3.35.0 (npm), through @azure/data-tables 13.3.2
# Input:    an Edm.Guid written in capitals, then a filter with the same GUID in small letters, as the .NET client renders it.
# Expected: Table service data model: a Guid is a 128-bit identifier, so its two spellings are one value, and `eq` finds it.
# Seen:     it is stored and compared as text: the filter in the other spelling finds nothing.
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
const id = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
await table.createEntity({ partitionKey: 'p', rowKey: 'r', id: { type: 'Guid', value: id } });
async function rows(filter) {
  const keys = [];
  for await (const entity of table.listEntities({ queryOptions: { filter } })) keys.push(entity.rowKey);
  return keys.join(' ') || 'none';
}
for (const value of [id, id.toLowerCase()]) console.log(value, '->', await rows(`id eq guid'${value}'`));
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 -> r
a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 -> none
SEEN
