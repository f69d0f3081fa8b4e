#!/usr/bin/env bash
# Package:  formidable 3.5.4 (npm)
# Input:    a form with two fields without a file name, the second with `Content-Type: text/plain;charset=UTF-8`.
# Expected: RFC 7578, 4.4: each part may have a Content-Type, and its default is text/plain. 4.2: the file name makes a file. So both
#           are fields, as `Response.formData()` and busboy say. .NET's MultipartFormDataContent writes the type with every StringContent.
# Seen:     the second is no field: it is a file without a name, and is written to the disk.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts formidable@3.5.4

cat > try.mjs <<'JS'
import { Readable } from 'node:stream';
import { formidable } from 'formidable';

const part = (name, more) => `--cut\r\nContent-Disposition: form-data; name="${name}"\r\n${more}\r\nx\r\n`;
const body = Buffer.from(`${part('plain', '')}${part('typed', 'Content-Type: text/plain;charset=UTF-8\r\n')}--cut--\r\n`);
const headers = { 'content-type': 'multipart/form-data; boundary=cut', 'content-length': `${body.length}` };

const read = await new Response(body, { headers }).formData();
console.log('formData  ', JSON.stringify([...read.entries()]));
const request = Object.assign(Readable.from([body]), { headers });
const [fields, files] = await formidable({ uploadDir: process.cwd() }).parse(request);
const named = ([name, [file]]) => [name, file.originalFilename, file.size];
console.log('formidable', JSON.stringify(fields), 'files', JSON.stringify(Object.entries(files).map(named)));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
formData   [["plain","x"],["typed","x"]]
formidable {"plain":["x"]} files [["typed",null,1]]
SEEN
