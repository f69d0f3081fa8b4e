#!/usr/bin/env bash
# Package:  @azure/data-tables 13.3.2 (npm)
# Input:    an answer of the Table service with the doubles 1.0 and 4294967296.0, read with `disableTypeConversion`, the
#           option that keeps each property's type beside it, and written back as it was read.
# Expected: Double for both: the point says so (Azurite 3.35.0 writes the Double 1 in this way too), and 4294967296 is out
#           of an Int32's range in any case (Table service data model).
# Seen:     the client looks at what JSON.parse leaves of them: both come as {type: 'Int32'} and go back as Edm.Int32.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > try.mjs <<'JS'
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';

const httpClient = {
  async sendRequest(request) {
    if (request.body) console.log('written:', request.body);
    const headers = createHttpHeaders({ etag: 'W/"1"', 'content-type': 'application/json;odata=minimalmetadata' });
    return request.method === 'GET'
      ? { request, status: 200, headers, bodyAsText: '{"PartitionKey":"p","RowKey":"r","a":1.0,"b":4294967296.0,"c":1.5}' }
      : { request, status: 204, headers };
  },
};
const table = new TableClient('https://account.table.core.windows.net', 'readings', { httpClient });
const entity = await table.getEntity('p', 'r', { disableTypeConversion: true });
console.log('read:', JSON.stringify({ a: entity.a, b: entity.b, c: entity.c }));
await table.updateEntity(entity, 'Replace');
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
read: {"a":{"value":"1","type":"Int32"},"b":{"value":"4294967296","type":"Int32"},"c":{"value":"1.5","type":"Double"}}
written: {"PartitionKey":"p","RowKey":"r","a":"1","a@odata.type":"Edm.Int32","b":"4294967296","b@odata.type":"Edm.Int32","c":"1.5","c@odata.type":"Edm.Double"}
SEEN
