// The page’s files and their headers, as the functions send them.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { HttpRequest } from '@azure/functions';
import { describe, expect, test } from '@jest/globals';
import { toPageFiles } from '../../../functions/http/page-file.ts';
import { openPage, web } from '../../../functions/http/web.ts';
import type { AuthSettings } from '../../../functions/settings.ts';
import { openTestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const FILES = toPageFiles([
  ['index.html', Buffer.from('page')],
  ['main.js', Buffer.from('script')],
  ['packed.js.br', brotliCompressSync('packed script')],
  ['icon.png', Buffer.from('icon')],
]);
const ENTRA: AuthSettings = {
  kind: 'entra',
  tenant: '00000000-0000-0000-0000-000000000001',
  clientId: '00000000-0000-0000-0000-000000000002',
  isBehindAppServiceAuth: false,
};

function get(path: string, auth?: AuthSettings, headers = {}, method = 'GET') {
  const { settings } = openTestChat(new MemoryTable(), auth);
  const url = `http://chat.test/${path}`;
  const request = { url, params: { path }, method, headers: new Headers(headers) };
  const answer = web(request as unknown as HttpRequest, FILES, settings);
  return { ...answer, headers: new Headers(answer.headers as Record<string, string>) };
}

test('issue 15: the page’s files are read at the first call for the page, and once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const page = openPage(folder);
  await writeFile(join(folder, 'index.html'), 'built later');
  expect(page().page(0)?.bytes(undefined).toString()).toBe('built later');
  await rm(folder, { recursive: true });
  expect(page().page(0)?.bytes(undefined).toString()).toBe('built later');
});

/** The policy, by directive. */
function policyOf(path: string, auth?: AuthSettings): Map<string, string> {
  const policy = get(path, auth).headers.get('content-security-policy') ?? '';
  return new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

describe('the page', () => {
  test.each(['', 'r/lobby', 'r/%E5%A4%A7', 'main.js', 'missing.js'])(
    'at /%s runs scripts and styles of its own origin only, and no inline ones',
    (path) => {
      const policy = policyOf(path);
      expect(policy.get('default-src')).toBe("'self'");
      for (const kind of ['script-src', 'style-src']) {
        expect(policy.get(kind) ?? "'self'").toBe("'self'");
      }
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|data:.*script/);
      expect(policy.get('object-src')).toBe("'none'");
      expect(policy.get('base-uri')).toBe("'self'");
    },
  );

  test('cannot be framed or sniffed for another type, and sends no referrer', () => {
    for (const path of ['', 'main.js', 'missing.js']) {
      const { headers } = get(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      // A room may be private only because nobody knows its name.
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test('connects to its own origin and the service, and to Entra only if sign-in is required', () => {
    expect(policyOf('').get('connect-src')).toBe("'self' http://s:8888 ws://s:8888");
    expect(policyOf('', ENTRA).get('connect-src')).toBe(
      "'self' http://s:8888 ws://s:8888 https://login.microsoftonline.com",
    );
  });

  test.each([
    ['http://phone.test:7071/', "'self' http://phone.test:8888 ws://phone.test:8888"],
    ['http://[fd00::7]:7071/', "'self' http://[fd00::7]:8888 ws://[fd00::7]:8888"],
    ['http://a;script-src:7071/', "'self' http://s:8888 ws://s:8888"],
    ["http://'unsafe-inline':7071/", "'self' http://s:8888 ws://s:8888"],
  ])(
    'row lan: connects to the service at the host name of %s, if a setting says so',
    (url, sources) => {
      const { settings } = openTestChat();
      const request = { url, params: { path: '' }, method: 'GET', headers: new Headers() };
      const { headers } = web(request as unknown as HttpRequest, FILES, {
        ...settings,
        serviceAtPage: true,
      });
      const policy = new Headers(headers as Record<string, string>).get('content-security-policy');
      expect(policy?.split('; ')).toContain(`connect-src ${sources}`);
      expect(policy).not.toMatch(/script-src|unsafe/);
    },
  );

  test('has no inline script, style or handler that the policy would have to allow', async () => {
    const html = await readFile(join(import.meta.dirname, '../../../web/index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+\s*=|\sstyle\s*=|javascript:/i);
  });

  test('serves existing files only, for any spelling of a path', () => {
    for (const path of [
      '../package.json',
      '..%2fpackage.json',
      '/etc/passwd',
      '__proto__',
      'constructor',
    ]) {
      expect([path, get(path).status]).toEqual([path, 404]);
    }
    expect(get('main.js').body?.toString()).toBe('script');
  });
});

describe('U18: an address that is none of a room', () => {
  const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const ask = (address: string, headers = BROWSER, method = 'GET') => {
    const request = {
      url: `http://chat.test/${address}`,
      params: { path: address.replace(/\/$/, '') },
      method,
      headers: new Headers(headers),
    };
    const html = '<base href="./" />page';
    const files = toPageFiles([['index.html', Buffer.from(html)]]);
    const answer = web(request as unknown as HttpRequest, files, openTestChat().settings);
    return { ...answer, headers: new Headers(answer.headers as Record<string, string>) };
  };

  test.each([
    ['room/tea', '../r/tea'],
    ['rooms/tea', '../r/tea'],
    ['rooms/tea/', '../../r/tea'],
    ['room/茶室', '../r/%E8%8C%B6%E5%AE%A4'],
    ['room/%E8%8C%B6%E5%AE%A4', '../r/%E8%8C%B6%E5%AE%A4'],
  ])('/%s leads to %s, which also holds below a path of the origin', (address, location) => {
    const { status, headers } = ask(address);
    expect([status, headers.get('location')]).toEqual([302, location]);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  test.each([
    ['tea', './'],
    ['tea/', '../'],
    ['cafe/tea', '../'],
    ['room/', '../'],
    ['room/a b', '../'],
    ['room/%E0%A4%A', '../'],
    ['room//evil', '../../'],
    ['r', './'],
  ])('/%s is 404, with the page for a browser', (address, base) => {
    const { status, headers, body } = ask(address);
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(`${body}`).toBe(`<base href="${base}" />page`);
    expect(headers.get('location')).toBeNull();
    expect(ask(address, BROWSER, 'HEAD').body).toBeUndefined();
  });

  test.each(['missing.js', 'wp-login.php', 'a/b/c/d'])('/%s is 404 and no page', (address) => {
    expect(ask(address)).toMatchObject({ status: 404, body: 'Not found\n' });
  });

  test('is 404 and no page for what asks for no page', () => {
    expect(ask('tea', { accept: '*/*' })).toMatchObject({ status: 404, body: 'Not found\n' });
    expect(ask('r/tea/x', { accept: '*/*' })).toMatchObject({ status: 404 });
  });
});

describe('H11: the page below a path of its origin', () => {
  const html = '<base href="./" /><script type="module" src="main.js">';
  const files = toPageFiles([['index.html', Buffer.from(html)]]);
  const packed = toPageFiles([['index.html.br', brotliCompressSync(html)]]);

  test.each([
    ['', './'],
    ['r/tea', '../'],
    ['r/tea/', '../../'],
    ['r/tea/7', '../../'],
    ['r/%E8%8C%B6/120', '../../'],
  ])('at /%s names the chat’s address as %s', (path, base) => {
    for (const stored of [files, packed]) {
      const request = {
        url: `http://chat.test/${path}?x=/`,
        params: { path: path.replace(/\/$/, '') },
      };
      const answer = web(
        { ...request, method: 'GET', headers: new Headers() } as unknown as HttpRequest,
        stored,
        openTestChat().settings,
      );
      expect(`${answer.body}`).toBe(html.replace('./', base));
    }
  });

  test('has an ETag for each, and no address that begins at the origin', async () => {
    const etags = [0, 1, 2].map((depth) => files.page(depth)?.etag(undefined));
    expect(new Set(etags).size).toBe(3);
    const web = join(import.meta.dirname, '../../../web');
    const page = await readFile(join(web, 'index.html'), 'utf8');
    expect(page).toContain('<base href="./" />');
    expect(page).not.toMatch(/(?:href|src)="\//);
    expect(await readFile(join(web, 'manifest.webmanifest'), 'utf8')).not.toMatch(/: "\//);
  });
});

describe('H3: a conditional request', () => {
  const etag = get('main.js').headers.get('etag') ?? '';

  test.each([
    ['if-none-match', etag, 304],
    ['if-none-match', `W/${etag}`, 304],
    ['if-none-match', `"other", W/"a,b" ,${etag}`, 304],
    ['if-none-match', ' * ', 304],
    ['if-none-match', '"other"', 200],
    ['if-none-match', etag.replaceAll('"', ''), 200],
    ['if-none-match', `"${etag}`, 200],
    ['if-none-match', '', 200],
    ['if-match', etag, 200],
    ['if-match', '*', 200],
    ['if-match', `"other", ${etag}`, 200],
    ['if-match', `W/${etag}`, 412],
    ['if-match', '"other"', 412],
    ['if-modified-since', 'Sat, 28 Nov 2026 00:00:00 GMT', 200],
  ])('with %s: %s is answered %s', (name, value, status) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = get('main.js', undefined, { [name]: value }, method);
      expect(answer.status ?? 200).toBe(status);
      expect(answer.body !== undefined).toBe(status === 200 && method === 'GET');
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('vary')).toBe('accept-encoding');
    }
  });

  test('is 412 before it is 304', () => {
    const headers = { 'if-match': '"other"', 'if-none-match': '*' };
    expect(get('main.js', undefined, headers).status).toBe(412);
  });
});

describe('H4: the page’s files', () => {
  const gzip = { 'accept-encoding': 'gzip' };
  const brotli = { 'accept-encoding': 'gzip, deflate, br, zstd' };

  test.each(['main.js', 'packed.js', ''])(
    'at /%s come as gzip to a browser that accepts it',
    (path) => {
      const [small, plain] = [get(path, undefined, gzip), get(path)];
      expect(small.headers.get('content-encoding')).toBe('gzip');
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(gunzipSync(small.body as Buffer)).toEqual(plain.body);
      expect(small.headers.get('etag')).not.toBe(plain.headers.get('etag'));
      for (const { headers } of [small, plain]) expect(headers.get('vary')).toBe('accept-encoding');
    },
  );

  test('issue 15: come as Brotli where they are stored so, and as gzip where not', () => {
    const [small, plain] = [get('packed.js', undefined, brotli), get('packed.js')];
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(small.headers.get('vary')).toBe('accept-encoding');
    expect(brotliDecompressSync(small.body as Buffer)).toEqual(plain.body);
    const etags = [small, plain, get('packed.js', undefined, gzip)].map(({ headers }) =>
      headers.get('etag'),
    );
    expect(new Set(etags).size).toBe(3);
    const again = { ...brotli, 'if-none-match': etags[0] ?? '' };
    expect(get('packed.js', undefined, again).status).toBe(304);
    expect(get('main.js', undefined, brotli).headers.get('content-encoding')).toBe('gzip');
  });

  test('issue 15: the page itself comes as Brotli from a package', () => {
    const html = '<base href="./" />page';
    const files = toPageFiles([['index.html.br', brotliCompressSync(html)]]);
    const page = files.page(1);
    expect(page?.codings).toEqual(['br', 'gzip']);
    expect(brotliDecompressSync(page?.bytes('br') ?? '').toString()).toBe(
      '<base href="../" />page',
    );
  });

  test('are not compressed twice', () => {
    const { headers, body } = get('icon.png', undefined, brotli);
    expect([headers.get('content-encoding'), headers.get('vary'), `${body}`]).toEqual([
      null,
      null,
      'icon',
    ]);
  });
});
