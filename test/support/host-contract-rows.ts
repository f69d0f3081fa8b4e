// The rows of the host contract: one request each, and the real host's answer. Each row names the source of its fact:
//
//   seen     tried on azure-functions-host 4.1037 with the Node worker 3.9.1 and the SignalR extension 2.0
//   kestrel  tried on ASP.NET Core, the host's web server (8.0) and its router (10.0)
//   reader   tried on Newtonsoft.Json 13.0.3, with which the extension reads JSON
//   source   read in azure-functions-host, azure-sdk-for-net (the SignalR extension) or azure-signalr (its SDK)
//
// local/host/README.md lists the deliberate differences of the embedded host.

import { createHmac } from 'node:crypto';
import { expect } from '@jest/globals';
import { EMULATOR_KEY } from '../../local/access-token.ts';
import type { RecordingService } from './recording-service.ts';

export interface Keys {
  /** The key of all functions. */
  readonly functionKey: string;
  /** The key `signalr_extension`. It may be a function key, too. */
  readonly systemKey: string;
}

/** The expected answer, beside its status. */
interface More {
  readonly reason?: string;
  /** The whole body, as text. */
  readonly body?: string;
  /** Parts of the body as JSON, for `toMatchObject`. For a completion its `result` or `error`. */
  readonly json?: unknown;
  /** Null for a header that must be absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The REST calls that reached the service: method, path below the hub, body. */
  readonly calls?: readonly (readonly [method: string, path: string, body?: unknown])[];
  /** The service's answer to each call. Default 202. */
  readonly service?: RecordingService['answer'];
}

export interface Row extends More {
  readonly name: string;
  readonly request: Uint8Array;
  readonly status: number;
}

type Add = (name: string, request: Uint8Array, status: number, more?: More) => Row;

const from =
  (origin: string): Add =>
  (name, request, status, more = {}) => ({ name: `${name} (${origin})`, request, status, ...more });
const seen = from('seen');
const kestrel = from('kestrel');
const reader = from('reader');
const source = from('source');

type Headers = Readonly<Record<string, string | undefined>>;

/** One character per byte. */
function raw(method: string, target: string, headers: Headers = {}, body = ''): Buffer {
  const all = { Host: 'h', ...headers, Connection: 'close' };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  );
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1');
}

const get = (target: string, headers: Headers = {}) => raw('GET', target, headers);

function post(target: string, body: string, headers: Headers = {}): Buffer {
  const bytes = Buffer.from(body);
  const length = { 'Content-Length': String(bytes.length) };
  return raw('POST', target, { ...length, ...headers }, bytes.toString('latin1'));
}

/** A GET with a request line of that many bytes. */
const longLine = (bytes: number) => get(`/${'a'.repeat(bytes - 'GET / HTTP/1.1\r\n'.length)}`);

/** A GET with that many headers, Host and Connection among them. */
function manyHeaders(count: number): Buffer {
  const names = Array.from({ length: count - 2 }, (_, at) => [`X-${at}`, '1'] as const);
  return get('/', Object.fromEntries(names));
}

const answer = (response: object) => post('/api/answer', JSON.stringify(response));
const notify = (output: unknown) => post('/api/notify', JSON.stringify(output));
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

/** The service's upstream request, by default a signed `messages` event of connection c1. */
function upstream(event: string, body: string, headers: Headers = {}): Buffer {
  return post('/runtime/webhooks/signalr', body, {
    'Content-Type': 'application/json',
    'X-ASRS-Hub': 'chat',
    'X-ASRS-Category': 'messages',
    'X-ASRS-Event': event,
    'X-ASRS-Connection-Id': 'c1',
    'X-ASRS-Signature': `sha256=${SIGNATURE}`,
    ...headers,
  });
}

const SIGNATURE = createHmac('sha256', EMULATOR_KEY).update('c1').digest('hex');
const CAPITALS = `SHA256=${SIGNATURE.toUpperCase()}`;

/** An invocation with its arguments as JSON text. */
const message = (target: string, args = '', id = ',"invocationId":"7"') =>
  `{"type":1${id},"target":"${target}","arguments":[${args}]}`;
const invoke = (target: string, args = '', headers: Headers = {}) =>
  upstream(target, message(target, args), headers);
const connected = (headers: Headers = {}) =>
  upstream('connected', '{"type":10}', { 'X-ASRS-Category': 'connections', ...headers });

const signed = (signatures: string) => invoke('show', '', { 'X-ASRS-Signature': signatures });
const withLength = (length: string) => ({ headers: { 'content-length': length }, body: 'abc' });
const CHUNKED = { 'Transfer-Encoding': 'chunked' };

const ITEM = { target: 'news', arguments: ['hi'] };
const sent = (scope = '', args: unknown[] = ['hi']) =>
  ['POST', `${scope}:send`, { Target: 'news', Arguments: args }] as const;
const JOIN = { action: 'add', connectionId: 'c', groupName: 'g' };
const JOINED = ['PUT', 'groups/g/connections/c'] as const;
const AT = '2020-01-01T00:00:00.000Z';
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const ROOT_METHODS = ['OPTIONS', 'POST', 'PUT', 'DELETE', 'TRACE'];

const REQUESTS: readonly Row[] = [
  kestrel('a request line of 8 KB', longLine(8_192), 404),
  seen('a request line of 8 KB and 1 byte', longLine(8_193), 414),
  seen('a query of 9 KB', get(`/?${'q'.repeat(9_000)}`), 414),
  kestrel('a target of 100 KB', longLine(100_000), 414),
  kestrel('100 headers', manyHeaders(100), 200),
  seen('101 headers', manyHeaders(101), 431),
  kestrel('33 KB of headers', get('/', { 'X-Big': 'b'.repeat(33 * 1024) }), 431),
  seen('é in a header, as Latin-1', get('/', { 'X-A': '\u00e9' }), 400),
  seen('大 in a header, as UTF-8', get('/', { 'X-A': utf8('大') }), 400),
  kestrel('é in a path, not encoded', get(utf8('/é')), 400),
  kestrel('é in a query, not encoded', get(utf8('/?é')), 400),
  kestrel('an absolute target with the host’s own name', get('http://H:80/?a'), 200),
  seen('an absolute target with another host', get('http://other/'), 400),
  kestrel('an absolute target with another port', get('http://h:81/'), 400),
  kestrel('an absolute target that is no HTTP', get('ftp://h/'), 400),
  seen('a target with #', get('/#a'), 400),
  seen('two Host headers', get('/', { host: 'h' }), 400),
  kestrel('no Host header', get('/', { Host: undefined }), 400),
  kestrel('a Host header with a path', get('/', { Host: 'h/x' }), 400),
  kestrel('a null character in a path', get('/%00'), 400),
  seen('a body of 200 MB', raw('POST', '/api/echo/x', { 'Content-Length': '209715200' }), 500),
  seen('bad chunks', raw('POST', '/api/echo/x', CHUNKED, 'zz\r\nhi\r\n0\r\n\r\n'), 200, {
    json: { body: '' },
  }),

  seen('//', get('//'), 404, { body: '' }),
  kestrel('an empty segment in front', get('//api/echo/x'), 404, { body: '' }),
  seen('a backslash for a slash', get('/api\\echo/x'), 404, { body: 'page api\\echo/x' }),
  kestrel('a slash at the end', get('/api/keyed/'), 200),
  kestrel('slashes within {*rest}', get('/api/echo/a//b/'), 200, {
    json: { params: { rest: 'a//b/' } },
  }),
  kestrel('dots, encoded or not', get('/x/../api/%2e/echo/y'), 200, {
    json: { params: { rest: 'y' }, url: 'http://h/api/echo/y' },
  }),
  kestrel('escapes that are none, and %2F', get('/api/echo/%zz%2F%C3%A9'), 200, {
    json: { params: { rest: '%zz%2Fé' }, url: 'http://h/api/echo/%25zz%2F%C3%A9' },
  }),
  ...ROOT_METHODS.map((method) =>
    seen(`${method} /, which no function takes`, raw(method, '/'), 204, { body: '' }),
  ),
];

const ANSWERS: readonly Row[] = [
  seen('a body', get('/'), 200, {
    body: 'page ',
    headers: { 'transfer-encoding': 'chunked', 'content-length': null },
  }),
  kestrel('no body', answer({}), 200, {
    body: '',
    headers: { 'transfer-encoding': null, 'content-length': '0' },
  }),
  kestrel('a body to HEAD', raw('HEAD', '/'), 200, {
    body: '',
    headers: { 'transfer-encoding': null, 'content-length': null },
  }),
  source('nothing', post('/api/answer', ''), 204, { body: '' }),
  seen('a header with é', answer({ headers: { 'x-a': 'é' } }), 500, { body: '' }),
  seen('a Content-Length that is too small', answer(withLength('1')), 500, { body: '' }),
  seen('a Content-Length that is too large', answer(withLength('4')), 500, { body: '' }),
  kestrel('a Content-Length that is right', answer(withLength('3')), 200, {
    body: 'abc',
    headers: { 'content-length': '3', 'transfer-encoding': null },
  }),
  seen('jsonBody: null', answer({ jsonBody: null }), 200, {
    body: '',
    headers: { 'content-type': null },
  }),
  seen('a body with 204', answer({ status: 204, body: 'abc' }), 204, { body: '' }),
  seen('a body with 304', answer({ status: 304, body: 'abc' }), 304, { body: '' }),
  source('an exception', get('/api/fail'), 500, { body: '' }),
];

const WEBHOOK: readonly Row[] = [
  source('an unknown extension, without keys', post('/runtime/webhooks/other', ''), 404),
  seen('no Content-Type', invoke('show', '', { 'Content-Type': undefined }), 500),
  seen('an empty Content-Type', invoke('show', '', { 'Content-Type': '' }), 500),
  seen('a Content-Type that is none', invoke('show', '', { 'Content-Type': 'json' }), 500),
  source('another Content-Type', invoke('show', '', { 'Content-Type': 'text/plain' }), 415),
  source(
    'a Content-Type in capitals',
    invoke('show', '', { 'Content-Type': 'Application/JSON' }),
    415,
  ),
  ...['GET', 'PUT', 'OPTIONS'].map((method) =>
    seen(`${method} of the webhook`, raw(method, '/runtime/webhooks/signalr'), 500),
  ),
  source('no hub', invoke('show', '', { 'X-ASRS-Hub': undefined }), 500),
  source('an empty hub', invoke('show', '', { 'X-ASRS-Hub': '' }), 400),
  source('an event that no function has', invoke('unknown'), 404),
  source('a body that is no JSON', upstream('show', '{'), 500),
  source('a target that is not the event', upstream('show', message('throws')), 500),
  reader('arguments nested 62 deep, in list and message', invoke('show', nested(62)), 200),
  reader('arguments nested 63 deep, in list and message', invoke('show', nested(63)), 500),
  reader('a date beyond the year 9999', invoke('show', '"/Date(253402300800000)/"'), 500),
  seen('no signature', invoke('show', '', { 'X-ASRS-Signature': undefined }), 401, {
    reason: 'The request is unauthorized, please check the Signature.',
  }),
  source('a signature behind another, in capitals', signed(`sha256=00,${CAPITALS}`), 200),
  source('a signature behind a space', signed(`sha256=00, ${CAPITALS}`), 401),
];

/** An argument of a hub method as JSON text, and the value that the function gets. */
const READ_ANEW: readonly (readonly [add: Add, sent: string, received: unknown])[] = [
  [seen, `"${AT}"`, '2020-01-01T00:00:00Z'],
  [seen, '"2020-01-01T00:00:00.120Z"', '2020-01-01T00:00:00.12Z'],
  [seen, '"2020-01-01T00:00:00+02:00"', '2019-12-31T22:00:00+00:00'],
  [seen, '"/Date(1577836800000)/"', '2020-01-01T00:00:00Z'],
  [reader, '"2020-01-01T00:00:00.500"', '2020-01-01T00:00:00.5'],
  [reader, `{"${AT}":["${AT}"]}`, { [AT]: ['2020-01-01T00:00:00Z'] }],
  [reader, `"at ${AT}"`, `at ${AT}`],
  [reader, '"2020-01-01"', '2020-01-01'],
  [reader, '"2020-02-30T00:00:00.000Z"', '2020-02-30T00:00:00.000Z'],
];

const CONTENT_EXTRAS = { 'Content-Language': 'en', Expires: '0' };
const CONTENT_HEADERS: readonly (readonly [add: Add, name: string])[] = [
  [seen, 'Content-Type'],
  [seen, 'Content-Length'],
  [source, 'Content-Language'],
  [source, 'Expires'],
];

const HUB: readonly Row[] = [
  seen(
    'a query with a repeated name',
    invoke('show', '', { 'X-ASRS-Client-Query': '?a=1&a=2&A=3&b=%20+' }),
    200,
    { json: { Query: { a: '1,2,3', b: '  ' } } },
  ),
  seen('no query', invoke('show'), 200, { json: { Query: null } }),
  source('no claims', invoke('show'), 200, { json: { Claims: null } }),
  ...CONTENT_HEADERS.map(([add, name]) =>
    add(`the header ${name}`, invoke('show', '', CONTENT_EXTRAS), 200, {
      json: { Headers: expect.not.objectContaining({ [name]: expect.anything() }) },
    }),
  ),
  ...READ_ANEW.map(([add, sent, received]) =>
    add(`the argument ${sent}`, invoke('show', sent), 200, { json: { Arguments: [received] } }),
  ),
  source('a result with a date', invoke('returns'), 200, { json: { at: AT } }),
  seen('an exception of a hub function', invoke('throws'), 200, {
    json: expect.stringMatching(
      /^Result: Failure\nException: not today\nStack: Error: not today\n {4}at /,
    ),
  }),
  source('an exception that nobody awaits', upstream('throws', message('throws', '', '')), 200, {
    body: '',
  }),
  source('connected', connected(), 200, { body: '' }),
  source('connected with an exception', connected({ 'X-ASRS-User-Id': 'stranger' }), 403, {
    body: '',
  }),
];

const OUTPUTS: readonly Row[] = [
  seen('items, in order', notify([ITEM, { ...ITEM, groupName: 'g' }, ITEM]), 202, {
    calls: [sent(), sent('groups/g/'), sent()],
  }),
  seen('a bad item between good ones', notify([ITEM, { target: 1 }, ITEM]), 500, {
    body: '',
    calls: [sent()],
  }),
  seen('an item that the service refuses', notify([ITEM, ITEM]), 500, {
    service: { status: 400 },
    body: '',
    calls: [sent()],
  }),
  seen('a join of a connection that is gone', notify([JOIN, JOIN]), 202, {
    service: { status: 404, headers: { 'x-ms-error-code': 'Error.Connection.NotExisted' } },
    calls: [JOINED, JOINED],
  }),
  seen('a refused item of a hub function', invoke('publishes', JSON.stringify(ITEM)), 200, {
    service: { status: 500 },
    json: expect.stringMatching(/Request Uri: http\S+\/api\/hubs\/chat\/:send/),
  }),
  source('a date', notify({ ...ITEM, arguments: [AT, { at: [AT] }] }), 202, {
    calls: [sent('', [AT, { at: [AT] }])],
  }),
  reader('a date in JSON text', notify(JSON.stringify({ ...ITEM, arguments: [AT] })), 202, {
    calls: [sent('', ['2020-01-01T00:00:00Z'])],
  }),
];

export const ROWS: readonly (readonly [group: string, rows: readonly Row[]])[] = [
  ['a request', REQUESTS],
  ['a function’s answer', ANSWERS],
  ['the SignalR webhook', WEBHOOK],
  ['a hub function', HUB],
  ['the SignalR output', OUTPUTS],
];

/** For a host with keys. */
export function lockedRows({ functionKey, systemKey }: Keys): readonly Row[] {
  const byFunctionKey = `code=${functionKey}`;
  const bySystemKey = `code=${systemKey}`;
  const webhook = (name: string, query = '') => post(`/runtime/webhooks/${name}?${query}`, '');
  const status = (query = '') => get(`/admin/host/status?${query}`);
  return [
    seen('a function without a key', get('/api/keyed'), 401, { body: '' }),
    seen('a function with a wrong key', get('/api/keyed?code=wrong'), 401),
    seen('a function with its key as ?CODE=', get(`/api/keyed?CODE=${functionKey}`), 200),
    source(
      'a function with its key under an empty header',
      get(`/api/keyed?${byFunctionKey}`, { 'x-functions-key': '' }),
      401,
    ),
    seen('a function with the extension’s system key', get(`/api/keyed?${bySystemKey}`), 401),
    seen('the host’s status without a key', status(), 401),
    seen('the host’s status with a function key', status(byFunctionKey), 403),
    source('the host’s status with a system key', status(bySystemKey), 403),
    source('the webhook without a key', webhook('signalr'), 401),
    source('the webhook with a function key', webhook('signalr', byFunctionKey), 403),
    source('the webhook with its key', webhook('signalr', bySystemKey), 500),
    seen('the webhook of an unknown extension without a key', webhook('other'), 401),
    source('the webhook of an unknown extension with our key', webhook('other', bySystemKey), 403),
  ];
}
