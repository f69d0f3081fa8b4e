// The page as it leaves the functions: which files, with which headers.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpRequest } from '@azure/functions';
import { describe, expect, test } from '@jest/globals';
import { type PageFiles, web } from '../../../functions/http/web.ts';
import type { AuthSettings } from '../../../functions/settings.ts';
import { openTestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const file = (body: string, type: string) => ({ body: Buffer.from(body), type, etag: `"${body}"` });
const FILES: PageFiles = new Map([
  ['index.html', file('page', 'text/html; charset=utf-8')],
  ['main.js', file('script', 'text/javascript; charset=utf-8')],
]);
const ENTRA: AuthSettings = {
  kind: 'entra',
  tenant: '00000000-0000-0000-0000-000000000001',
  clientId: '00000000-0000-0000-0000-000000000002',
  isBehindAppServiceAuth: false,
};

function get(path: string, auth?: AuthSettings, headers = {}) {
  const { settings } = openTestChat(new MemoryTable(), auth);
  const request = { params: { path }, method: 'GET', headers: new Headers(headers) };
  const answer = web(request as unknown as HttpRequest, FILES, settings);
  return { ...answer, headers: new Headers(answer.headers as Record<string, string>) };
}

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
    'at /%s runs scripts and styles of its own origin only, and none that stand in a document',
    (path) => {
      const policy = policyOf(path);
      expect(policy.get('default-src')).toBe("'self'");
      for (const kind of ['script-src', 'style-src']) {
        expect(policy.get(kind) ?? "'self'").toBe("'self'");
      }
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|data:.*script/);
      expect(policy.get('object-src')).toBe("'none'");
      expect(policy.get('base-uri')).toBe("'none'");
    },
  );

  test('may not be framed, sniffed for another type, or named to where a link leads', () => {
    for (const path of ['', 'main.js', 'missing.js']) {
      const { headers } = get(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      // A room's name in its address may be all that keeps it private.
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test('talks to its own origin and to the service, and to Entra only where people sign in', () => {
    expect(policyOf('').get('connect-src')).toBe("'self' http://s:8888 ws://s:8888");
    expect(policyOf('', ENTRA).get('connect-src')).toBe(
      "'self' http://s:8888 ws://s:8888 https://login.microsoftonline.com",
    );
  });

  test('holds no script, style or handler of its own that the policy would have to allow', async () => {
    const html = await readFile(join(import.meta.dirname, '../../../web/index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+\s*=|\sstyle\s*=|javascript:/i);
  });

  test('is nothing but the files that there are, however a path is written', () => {
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
