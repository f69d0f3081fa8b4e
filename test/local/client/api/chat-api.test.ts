// Another server may answer. Each command reports that in one line, and none takes it for success.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import { exportOf } from '../../../support/archive.ts';
import {
  always,
  answer,
  EVERY_COMMAND,
  inputOf,
  networkError,
  OF_THE_CHAT,
  runInProcess,
} from '../../../support/command-line.ts';

const URL_OPTION = '--url https://chat.example';
const error = (code: string, message: string) => JSON.stringify({ error: { code, message } });
const input = (command: string) => ({
  input: inputOf(command === 'import' ? exportOf([{ name: 'r', messages: 1 }]) : 'one\ntwo\n'),
});
/** Without the retries that the command has by default. */
const once = (command: string) => `${command} ${URL_OPTION} --retry-for 0`;

const failing = (code: string, message = code) => Object.assign(new Error(message), { code });

/** What Node, OpenSSL and undici say, and what to do. */
const NEVER_PASSING: readonly [Error, string][] = [
  [failing('ENOTFOUND', 'getaddrinfo ENOTFOUND chat.example'), 'no host has it'],
  [new Error('bad port'), 'Let it listen at another port'],
  [failing('ERR_SSL_WRONG_VERSION_NUMBER'), 'uses no TLS'],
  [failing('HPE_INVALID_CONSTANT'), 'no web server'],
  [failing('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'NODE_EXTRA_CA_CERTS'],
  [failing('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'NODE_EXTRA_CA_CERTS'],
  [failing('ERR_TLS_CERT_ALTNAME_INVALID'), 'Check the address'],
  [failing('CERT_HAS_EXPIRED', 'certificate has expired'), "this machine's clock"],
  [new Error('Proxy response (407) !== 200 when HTTP Tunneling'), 'password of the proxy'],
];

describe.each(EVERY_COMMAND)('%s', (command) => {
  test.each([301, 302, 303, 307, 308])(
    'C1: follows no redirect (%d), and names the new address',
    async (status) => {
      const location = { location: 'https://new.example/api/rooms/lobby?code=x' };
      const fetch = always(() => answer(status, '{"seq":1}', { headers: location }));
      const { code, stdout, stderr } = await runInProcess(
        `${command} ${URL_OPTION}`,
        fetch,
        input(command),
      );
      expect(code).toBe(1);
      expect(stdout).not.toMatch(/published|is |are /);
      expect(stderr.join('\n')).toContain(
        `https://chat.example has moved to https://new.example (status ${status}). Give the new address: --url https://new.example.`,
      );
      expect(fetch.calls.map(([, { redirect }]) => redirect)).toEqual(['manual']);
    },
  );

  test.each([
    ['/login?next=%2F', 'sends us to https://chat.example/login (status 302)'],
    ['http://[', 'answers 302, a redirect to no address'],
    ['', 'sends us to https://chat.example/'],
  ])('C1: says where a redirect to %j goes', async (location, sentence) => {
    const fetch = always(() => answer(302, '', { headers: { location } }));
    const { code, stderr } = await runInProcess(`${command} ${URL_OPTION}`, fetch, input(command));
    expect([code, stderr.join('\n')]).toEqual([1, expect.stringContaining(sentence)]);
  });

  test.each([
    [200, '<html>\nWelcome</html>'],
    [200, '{}'],
    [200, 'null'],
    [200, '[1]'],
    [200, '{"status":"UP"}'],
    [200, '{"seq":1}'],
    [200, ''],
    [201, '{"seq":1}'],
    [202, ''],
    [202, '{"seq":0}'],
    [202, '{"seq":"1"}'],
    [202, '{"done":true}'],
    [204, ''],
    [206, '{"seq":1}'],
    [304, ''],
    [400, '<html>Bad request</html>'],
    [403, '<html>This web app is stopped.</html>'],
    [404, ''],
    [404, '{"error":{"code":"ResourceNotFound","message":"The resource was not found."}}'],
    [500, ''],
    [502, '<html>Bad gateway</html>'],
    [503, '{"status":"DOWN"}'],
  ])('C3: does not take %d %j for an answer of the chat', async (status, body) => {
    const fetch = always(() => answer(status, body));
    const { code, stdout, stderr } = await runInProcess(once(command), fetch, input(command));
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/published|is |are |ok/);
    expect(stderr.join('\n')).toMatch(
      new RegExp(
        `^unable to .* answers, with status ${status}, is not the chat's: .* Check --url\\.`,
      ),
    );
    expect(stderr.join('\n')).not.toMatch(/key\b/);
  });

  test('C3: names the key as the reason of the host’s 401 only', async () => {
    const host = await runInProcess(
      once(command),
      always(() => answer(401)),
      input(command),
    );
    expect(host.code).toBe(1);
    expect(host.stderr.join('\n')).toMatch(/wants a function key\. Give .* --key or CHAT_KEY\./);
    const foreign = [
      answer(401, '<html>'),
      answer(401, '', { headers: { 'www-authenticate': 'Basic realm="proxy"' } }),
      answer(403),
      answer(407),
    ];
    for (const one of foreign) {
      const { code, stderr } = await runInProcess(
        once(command),
        always(() => one),
        input(command),
      );
      expect([code, stderr.join('\n')]).toEqual([1, expect.stringContaining("is not the chat's")]);
    }
  });

  test('prints a refusal of many lines in one line, without terminal controls', async () => {
    const body = error('bad_room', 'unable to\n  do it; \u009b2J\u001b[2Jno\u202e.\n');
    const fetch = always(() => answer(400, body));
    const { code, stderr } = await runInProcess(once(command), fetch, input(command));
    expect([code, stderr[0]]).toEqual([1, 'unable to do it; \ufffd2J\u241b[2Jno\ufffd.']);
  });

  test('reports an incomplete answer', async () => {
    const fetch = always(() => answer(200, '{"status":"ok"}', { cutAt: 5 }));
    const { code, stderr } = await runInProcess(once(command), fetch, input(command));
    expect(code).toBe(1);
    expect(stderr.join('\n')).toMatch(/cannot be reached: other side closed\. Check --url/);
  });

  test('does not take invalid UTF-8 for an answer of the chat', async () => {
    const fetch = always(() => {
      const bytes = Buffer.from(
        '{"seq":1,"status":"ok","storage":"\u00ff","signalR":"ok"}',
        'latin1',
      );
      return { ...answer(200), body: inputOf(bytes) };
    });
    const { code, stderr } = await runInProcess(once(command), fetch, input(command));
    expect([code, stderr.join('\n')]).toEqual([1, expect.stringContaining("is not the chat's")]);
  });

  test('gives up an answer that never comes, or never ends', async () => {
    const silent = await runInProcess(
      once(command),
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
      input(command),
    );
    expect(silent.code).toBe(1);
    expect(silent.stderr.join('\n')).toContain('it did not answer in time');
    const megabyte = new Uint8Array(1_024 * 1_024);
    const endless = always(() => ({
      ...answer(200),
      body: (async function* () {
        for (;;) yield megabyte;
      })(),
    }));
    const long = await runInProcess(once(command), endless, input(command));
    expect([long.code, long.stderr.join('\n')]).toEqual([
      1,
      expect.stringContaining('its answer does not end'),
    ]);
  });

  test.each(NEVER_PASSING)('16.4: does not try again after %j', async (cause, sentence) => {
    const fetch = always(() => {
      throw new TypeError('fetch failed', { cause });
    });
    const { code, stderr } = await runInProcess(
      `${command} ${URL_OPTION} --retry-for 300`,
      fetch,
      input(command),
    );
    expect([code, fetch.calls.length]).toEqual([1, 1]);
    expect(stderr[0]).toContain('the chat at https://chat.example cannot be reached: ');
    expect(stderr[0]).toContain(sentence);
  });

  test('C3: retries for exactly the time of --retry-for', async () => {
    const fetch = always(() => {
      throw networkError('ECONNREFUSED');
    });
    const short = await runInProcess(once(command), fetch, input(command));
    expect([short.code, fetch.calls.length]).toEqual([1, 1]);
    const long = await runInProcess(
      `${command} ${URL_OPTION} --retry-for 60`,
      fetch,
      input(command),
    );
    expect(long.code).toBe(1);
    // Pauses grow to 5 s.
    expect(fetch.calls.length - 1).toBeGreaterThanOrEqual(60 / 5);
    expect(long.stderr.join('\n')).toMatch(/connect ECONNREFUSED/);
  });
});

test('16.4: tries again when an address that has answered is not found', async () => {
  const imported = { imported: 1, unchanged: 0, gone: 0 };
  let requests = 0;
  const fetch: Fetch = async () => {
    requests += 1;
    if (requests === 2 || requests === 3) {
      throw new TypeError('fetch failed', { cause: failing('ENOTFOUND') });
    }
    return answer(202, JSON.stringify({ seq: requests, ...imported }));
  };
  const lines = Array.from({ length: 1_001 }, (_, index) => `line ${index}\n`).join('');
  const { code } = await runInProcess(`publish ${URL_OPTION}`, fetch, { input: inputOf(lines) });
  expect(code).toBe(0);
  expect(requests).toBeGreaterThan(3);
});

test('16.4: an address with a port that no request is sent to is refused', async () => {
  const fetch = always(() => answer(200));
  const { code, stderr } = await runInProcess('rooms --url http://localhost:6000', fetch);
  expect([code, fetch.calls]).toEqual([2, []]);
  expect(stderr[0]).toContain('port 6000');
  expect(stderr[0]).toContain('let the chat listen at another port');
});

test('16.4: a key or a token that no request can have is refused, and not shown', async () => {
  for (const option of ['rooms --key', 'tail --token']) {
    for (const secret of ['s3cr\net', 's3cr et', 's3cr\u0435t']) {
      const fetch = always(() => answer(200));
      const { code, stderr } = await runInProcess([...option.split(' '), secret], fetch);
      expect([code, fetch.calls]).toEqual([2, []]);
      expect(stderr.join()).not.toContain('s3cr');
      expect(stderr[0]).toContain('copy it again');
    }
  }
});

const WITH_KEY = EVERY_COMMAND.filter(
  (command) => !['tail', 'search words', 'health'].includes(command),
);

describe.each(WITH_KEY)('%s with a key', (command) => {
  test.each(['http://chat.example', 'http://10.0.0.1:7071', 'http://127.0.0.1.example'])(
    'C1: sends it to no %s',
    async (url) => {
      const fetch = always(() => answer(200));
      const { code, stderr } = await runInProcess(`${command} --key secret --url ${url}`, fetch);
      expect([code, fetch.calls]).toEqual([2, []]);
      expect(stderr.join('\n')).toContain(`unable to send a key to ${url}; over http`);
    },
  );

  test.each([
    'https://chat.example',
    'http://localhost:7071',
    'http://chat.localhost',
    'http://127.0.0.1',
    'http://127.1:80',
    'http://[::1]:7071',
  ])('C1: sends it to %s', async (url) => {
    const fetch = always(() => answer(401));
    const environment = { CHAT_KEY: 'secret', CHAT_URL: url };
    const { stderr } = await runInProcess(command, fetch, { environment, ...input(command) });
    expect(fetch.calls.map(([, { headers }]) => headers['x-functions-key'])).toEqual(['secret']);
    expect(stderr.join('\n')).toContain('the chat refuses this key');
  });
});

describe.each(['tail', 'health'])('%s', (command) => {
  test('C1: sends no key, so CHAT_KEY may be set for any chat', async () => {
    const fetch = always(() => answer(400, error('bad_room', 'no')));
    const environment = { CHAT_KEY: 'secret', CHAT_URL: 'http://chat.example' };
    await runInProcess(command, fetch, { environment });
    expect(fetch.calls.map(([, { headers }]) => Object.keys(headers))).toEqual([[]]);
  });
});

test('C1: the token of an account is a secret like a key', async () => {
  const fetch = always(() => answer(200));
  const { code, stderr } = await runInProcess('tail --token a.b --url http://chat.example', fetch);
  expect([code, fetch.calls]).toEqual([2, []]);
  expect(stderr[0]).toContain('unable to send a token to http://chat.example');
});

describe.each([
  ['close', 'lobby is closed\n'],
  ['open', 'lobby is open\n'],
  ['delete 7', 'message 7 is removed\n'],
  ['disconnect c1', 'c1 is disconnected\n'],
  ['ban c1', 'c1 is disconnected, its user is banned for 60 minutes\n'],
  ['erase --yes', 'all messages of lobby are erased\n'],
])('%s', (command, done) => {
  test('reports success for the chat’s 204', async () => {
    const fetch = always(() => answer(204, '', { headers: OF_THE_CHAT }));
    expect(await runInProcess(once(command), fetch)).toEqual({ code: 0, stdout: done, stderr: [] });
  });

  test('repeats the same request after a passing failure', async () => {
    const answers = [answer(503, error('unavailable', 'unable to; busy.')), answer(502, '<html>')];
    const fetch = always(() => answers.shift() ?? answer(204, '', { headers: OF_THE_CHAT }));
    const line = `${command} ${URL_OPTION} --retry-for 9`;
    const { code, stdout, stderr } = await runInProcess(line, fetch);
    expect([code, stdout]).toEqual([0, done]);
    expect(stderr).toEqual([
      'unable to; busy. Trying again for 9 s.',
      'the chat answers again; going on',
    ]);
    expect(new Set(fetch.calls.map(([url, { method }]) => `${method} ${url}`)).size).toBe(1);
  });
});

test('erase repeats with a pause until nothing is left, and reports its progress when it fails', async () => {
  const answers = [answer(202, '{"done":false}'), answer(202, '{"done":false}')];
  const fetch = always(() => answers.shift() ?? answer(204, '', { headers: OF_THE_CHAT }));
  expect((await runInProcess('erase --yes', fetch)).code).toBe(0);
  expect(fetch.calls).toHaveLength(3);
  const failing = always(() =>
    answer(503, error('unavailable', 'unable to erase; busy. Try again.')),
  );
  const { code, stderr } = await runInProcess('erase --yes --retry-for 0', failing);
  expect([code, stderr]).toEqual([
    1,
    [
      'unable to erase; busy. Try again.',
      'lobby may be erased in part. To go on, run the same command again.',
    ],
  ]);
});

describe('against a real server', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  test('C1: Node follows no redirect, and an incomplete body is a failure', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method === 'GET') return void response.writeHead(200).end('{"seq":1}');
      response.writeHead(request.url?.includes('cut') ? 202 : 301, {
        location: '/api/elsewhere',
        'content-length': '100',
      });
      response.write('{"seq":1}', () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const room of ['lobby', 'cut']) {
      const line = `publish --room ${room} --url ${url} --retry-for 0`;
      const { code, stdout } = await runInProcess(
        line,
        (to, init) => fetch(to, init),
        input('publish'),
      );
      expect([code, stdout]).toEqual([1, '']);
    }
    expect(asked.every((line) => line.startsWith('POST /api/rooms/'))).toBe(true);
  });
});
