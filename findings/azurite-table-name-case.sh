#!/usr/bin/env bash
# Package:  Azurite 3.35.0 (npm), through @azure/data-tables 13.3.2
# Input:    a table created as `Orders` and used as `orders`.
# Expected: "Understanding the Table service data model", Table names: names keep their case but are case-insensitive in use.
# Seen:     `orders` cannot be created, since it exists already (409), and cannot be used, since it is not found (404).
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
const open = (name) => TableClient.fromConnectionString(account, name, { allowInsecureConnection: true });
for (const name of ['Orders', 'orders']) {
  let status;
  await open(name).createTable({ onResponse: (response) => (status = response.status) });
  console.log('create', name, status);
}
for (const name of ['Orders', 'orders'])
  await open(name).createEntity({ partitionKey: 'p', rowKey: name }).then(
    () => console.log('insert into', name, 'done'),
    ({ statusCode }) => console.log('insert into', name, statusCode),
  );
JS
node try.mjs "$port" | tee actual
diff actual - <<'SEEN'
create Orders 201
create orders 409
insert into Orders done
insert into orders 404
SEEN
