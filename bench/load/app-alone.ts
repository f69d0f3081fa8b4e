// The built app alone, in a process of its own: no host, no emulators, and no HTTP, because storage answers in the process.
// Runs the function `message` for people in 20 rooms, and sends the processor time of a message to the parent, in ms.
//
//   node local/launch.mjs bench/load/app-alone.ts ROOT

import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { SignJWT } from 'jose';
import { installCore } from '../../local/host/worker/core-api.ts';
import { invoke } from '../../local/host/worker/invoke.ts';

const ROOMS = 20;
/** So many that nobody reaches the rate limit. */
const PEOPLE = 1_500;
const WARM_UP = 4_000;
const MESSAGES = 8_000;

const [, , root = ''] = process.argv;
const ACCESS_KEY = 'an-access-key-of-some-length-for-the-service';
const SIGNING_KEY = Buffer.alloc(32, 1);
const ACCOUNT = 'http://storage.invalid/account';

/** Answers like storage whose rows are written and never read. The only row that exists is the signing key. */
function answer(path: string, body: string): { status: number; text: string; type: string } {
  if (path.endsWith('$batch')) {
    const parts = body.match(/^(?:POST|PUT|DELETE) /gm) ?? [];
    const done = `Content-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nETag: W/"datetime'2026-11-28T17%3A00%3A00.0000000Z'"\r\n\r\n`;
    const text = parts.map(() => `--changesetresponse_1\r\n${done}`).join('');
    return {
      status: 202,
      type: 'multipart/mixed; boundary=batchresponse_1',
      text: `--batchresponse_1\r\n\r\n${text}--changesetresponse_1--\r\n--batchresponse_1--\r\n`,
    };
  }
  const type = 'application/json';
  if (path.includes("RowKey='ticket'")) {
    const key = SIGNING_KEY.toString('base64url');
    const row = { 'odata.etag': 'W/"1"', PartitionKey: '.keys', RowKey: 'ticket', key };
    return { status: 200, type, text: JSON.stringify(row) };
  }
  const code = 'ResourceNotFound';
  const error = { 'odata.error': { code, message: { lang: 'en-US', value: code } } };
  return { status: 404, type, text: JSON.stringify(error) };
}

http.request = ((options: http.RequestOptions, onAnswer: (incoming: unknown) => void) =>
  Object.assign(new EventEmitter(), {
    end(body: unknown) {
      const { status, type, text } = answer(decodeURIComponent(options.path ?? ''), String(body));
      const headers = { 'content-type': type, 'x-ms-error-code': 'ResourceNotFound' };
      const incoming = Object.assign(Readable.from([Buffer.from(text)]), {
        statusCode: status,
        headers,
      });
      setImmediate(() => onAnswer(incoming));
    },
    destroy() {},
  })) as unknown as typeof http.request;

process.env.AzureSignalRConnectionString = `Endpoint=http://service.invalid;AccessKey=${ACCESS_KEY};Version=1.0;`;
process.env.AzureWebJobsStorage = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${ACCOUNT};`;
const core = installCore(() => {});
createRequire(join(root, 'package.json'))(join(root, 'dist/functions/app.cjs'));
const model = core.model();
const message = core.functions.find(({ metadata }) => metadata.name === 'message');
if (!model || !message) throw new Error('unable to measure; the app has no function "message".');

interface Person {
  readonly connectionId: string;
  readonly ticket: string;
  readonly signature: string;
}

async function enter(number: number): Promise<Person> {
  const connectionId = `connection-of-person-${number}`;
  const ticket = await new SignJWT({ name: `P${number}`, room: `room-${number % ROOMS}` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(`user-${number}`)
    .setAudience('ticket')
    .setExpirationTime('1h')
    .sign(SIGNING_KEY);
  const hex = createHmac('sha256', ACCESS_KEY).update(connectionId).digest('hex');
  return { connectionId, ticket, signature: `sha256=${hex}` };
}

const people = await Promise.all(Array.from({ length: PEOPLE }, (_, number) => enter(number)));
let sent = 0;

async function send(): Promise<void> {
  const number = sent++;
  const { connectionId, ticket, signature } = people[number % PEOPLE] as Person;
  const event = {
    Arguments: [`Message ${number} of an ordinary length.`, `id-${number}`],
    Error: null,
    Category: 'messages',
    Event: 'send',
    Hub: 'chat',
    ConnectionId: connectionId,
    UserId: null,
    Headers: { Host: 'app', 'X-ASRS-Connection-Id': connectionId, 'X-ASRS-Signature': signature },
    Query: { hub: 'chat', ticket, id: connectionId },
    Claims: { aud: 'http://service.invalid/client/?hub=chat' },
  };
  const request = {
    invocationId: `invocation-${number}`,
    functionId: 'message',
    inputData: [{ name: 'invocation', data: { json: JSON.stringify(event) } }],
    triggerMetadata: {},
    traceContext: { traceParent: '', traceState: '', attributes: {} },
  };
  const { returnValue } = await invoke(core, model as never, message as never, request, () => {});
  const result = JSON.parse(returnValue?.json ?? returnValue?.string ?? '{}');
  if (result.ok !== true) throw new Error(`unable to measure; a message got ${returnValue?.json}.`);
}

/** One message at a time in each room. */
async function sendAll(until: number): Promise<void> {
  const inRoom = async () => {
    while (sent < until) await send();
  };
  await Promise.all(Array.from({ length: ROOMS }, inRoom));
}

await sendAll(WARM_UP);
const before = process.cpuUsage();
await sendAll(WARM_UP + MESSAGES);
const { user, system } = process.cpuUsage(before);
process.send?.((user + system) / 1_000 / MESSAGES);
process.disconnect?.();
