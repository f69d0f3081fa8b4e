#!/usr/bin/env bash
# Package:  busboy 1.6.0, multiparty 4.3.1, formidable 3.5.4 (npm)
# Input:    the body that fetch makes of a form whose field is called `size 5"`.
# Expected: WHATWG HTML, 4.10.21.8: a quote in a name is written as %22 (all browsers and Node do so), so that a reader
#           gives the name back, as `Response.formData()` does.
# Seen:     all three give `size 5%22`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts busboy@1.6.0 multiparty@4.3.1 formidable@3.5.4

cat > try.mjs <<'JS'
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { formidable } from 'formidable';
import multiparty from 'multiparty';

const form = new FormData();
form.append('size 5"', 'x');
const sent = new Response(form);
const type = sent.headers.get('content-type');
const body = Buffer.from(await sent.arrayBuffer());
const headers = { 'content-type': type, 'content-length': `${body.length}` };
const request = () => Object.assign(Readable.from([body]), { headers });

const read = await new Response(body, { headers }).formData();
console.log('formData  ', JSON.stringify([...read.keys()]));
const name = (form, start) => new Promise((resolve) => start(form.on('field', (name) => resolve([name]))));
console.log('busboy    ', JSON.stringify(await name(busboy({ headers }), (form) => request().pipe(form))));
console.log('multiparty', JSON.stringify(await name(new multiparty.Form(), (form) => form.parse(request()))));
const [fields] = await formidable().parse(request());
console.log('formidable', JSON.stringify(Object.keys(fields)));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
formData   ["size 5\""]
busboy     ["size 5%22"]
multiparty ["size 5%22"]
formidable ["size 5%22"]
SEEN
