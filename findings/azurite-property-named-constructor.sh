#!/usr/bin/env bash
# Package:  Azurite 3.35.0 (npm), through @azure/data-tables 13.3.2
# Input:    an entity with the string properties `constructor`, `toString` and `builder`.
# Expected: Table service data model: a property name follows the rules of C# identifiers. These three do, and are kept.
# Seen:     the two that every JavaScript object inherits are gone without an error; only `builder` comes back.
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
let sent;
table.pipeline.addPolicy({
  name: 'look',
  sendRequest(request, next) {
    sent ??= request.body;
    return next(request);
  },
});
await table.createEntity({ partitionKey: 'p', rowKey: 'r', constructor: 'a', toString: 'b', builder: 'c' });
console.log('sent:  ', sent);
const entity = await table.getEntity('p', 'r');
console.log('stored:', Object.keys(entity).filter((name) => /^(constructor|toString|builder)$/.test(name)).join(' '));
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
sent:   {"PartitionKey":"p","RowKey":"r","constructor":"a","toString":"b","builder":"c"}
stored: builder
SEEN
