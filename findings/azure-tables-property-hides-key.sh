#!/usr/bin/env bash
# Package:  @azure/data-tables 13.3.2 (npm)
# Input:    an entity that another client wrote, with properties called `partitionKey`, `timestamp` and `etag`.
# Expected: Table service data model: property names are case-sensitive; only PartitionKey, RowKey and Timestamp are the
#           system's. So these are three more properties, beside the keys.
# Seen:     the client maps the system's names to lower camel case in the same object, and the later one wins: the key of the
#           entity that it returns is not the entity's key, and an update of that object goes to another row.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > try.mjs <<'JS'
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';

const stored = { 'odata.etag': 'W/"1"', PartitionKey: 'orders', RowKey: '1', partitionKey: 'mine', etag: 'mine', timestamp: 'mine' };
const httpClient = {
  async sendRequest(request) {
    if (request.method !== 'GET') console.log('update of', decodeURIComponent(new URL(request.url).pathname));
    const headers = createHttpHeaders({ etag: 'W/"1"', 'content-type': 'application/json;odata=minimalmetadata' });
    return request.method === 'GET'
      ? { request, status: 200, headers, bodyAsText: JSON.stringify(stored) }
      : { request, status: 204, headers };
  },
};
const table = new TableClient('https://account.table.core.windows.net', 'orders', { httpClient });
const entity = await table.getEntity('orders', '1');
console.log(JSON.stringify(entity));
await table.updateEntity({ ...entity, paid: true }, 'Merge');
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
{"etag":"mine","partitionKey":"mine","rowKey":"1","timestamp":"mine"}
update of /orders(PartitionKey='mine',RowKey='1')
SEEN
