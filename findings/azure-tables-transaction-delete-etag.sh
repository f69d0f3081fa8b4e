#!/usr/bin/env bash
# Package:  @azure/data-tables 13.3.2 (npm)
# Input:    a transaction that deletes an entity with its etag: the etag that getEntity has returned in it, and again as the
#           options that an update in a transaction takes.
# Expected: Delete Entity, a REST reference: If-Match holds the etag, so that a change by somebody else is not lost. The same
#           client sends it in deleteEntity alone, and for an update in a transaction. The .NET client sends it here, too.
# Seen:     If-Match is *, without an error. The transaction deletes an entity that has changed since it was read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @azure/data-tables@13.3.2

cat > try.mjs <<'JS'
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';

const answer = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n--b--';
const httpClient = {
  async sendRequest(request) {
    if (request.method === 'DELETE') console.log('delete alone:', request.headers.get('if-match'));
    const [, verb, etag] = /^(PUT|DELETE) [\s\S]*?^If-Match: (.*?)\r?$/m.exec(String(request.body)) ?? [];
    if (verb) console.log(`${verb} in a transaction:`, etag);
    const headers = createHttpHeaders({ 'content-type': 'multipart/mixed; boundary=b' });
    return { request, status: verb ? 202 : 204, headers, bodyAsText: verb ? answer : '' };
  },
};
const table = new TableClient('https://account.table.core.windows.net', 'orders', { httpClient });
const entity = { partitionKey: 'orders', rowKey: '1', etag: 'W/"1"' };
await table.deleteEntity('orders', '1', { etag: entity.etag });
await table.submitTransaction([['update', entity, 'Replace', { etag: entity.etag }]]);
await table.submitTransaction([['delete', entity, { etag: entity.etag }]]);
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
delete alone: W/"1"
PUT in a transaction: W/"1"
DELETE in a transaction: *
SEEN
