#!/usr/bin/env bash
# Package:  @azure/data-tables 13.3.2 (npm)
# Input:    an entity with the properties 1.5, NaN and Infinity, all of them JavaScript numbers.
# Expected: Table service data model: Edm.Double is a 64-bit floating point value, and these are two. In JSON they are strings
#           with a type beside them, and the client can do it: it sends {type: 'Double', value: 'NaN'} so.
# Seen:     plain numbers go through JSON.stringify as `null`, which the service takes as a property that was not given (data
#           model, property types). No error: the entity lacks them, and a merge keeps the old values.
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
    console.log(request.body);
    return { request, status: 204, headers: createHttpHeaders({ etag: 'W/"1"' }) };
  },
};
const table = new TableClient('https://account.table.core.windows.net', 'readings', { httpClient });
const keys = { partitionKey: 'p', rowKey: 'r' };
await table.createEntity({ ...keys, a: 1.5, b: NaN, c: Infinity });
await table.createEntity({ ...keys, b: { type: 'Double', value: 'NaN' } });
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
{"PartitionKey":"p","RowKey":"r","a":1.5,"b":null,"c":null}
{"PartitionKey":"p","RowKey":"r","b":"NaN","b@odata.type":"Edm.Double"}
SEEN
