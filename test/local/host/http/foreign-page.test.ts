import { describe, expect, test } from '@jest/globals';
import { isForeignPage } from '../../../../local/host/http/foreign-page.ts';

function request(host: string, headers: Readonly<Record<string, string>> = {}) {
  return {
    method: 'POST',
    url: new URL(`http://${host}/api/keyed`),
    path: '/api/keyed',
    headers: new Map(Object.entries(headers)),
    rawHeaders: [],
    readBody: async () => Buffer.alloc(0),
  };
}

const cors = { origins: ['https://tool.example'], allowsCredentials: false };
const LOCAL = 'localhost:7071';

describe('H12: a host without keys recognises a page of another site', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a form', LOCAL, { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' }],
    ['a page of another port', LOCAL, { 'sec-fetch-site': 'same-site' }],
    ['a fetch of an older browser', LOCAL, { origin: 'https://evil.example' }],
    ['a sandboxed frame', LOCAL, { origin: 'null' }],
    ['any page under a public name', 'evil.example:7071', {}],
    ['the like with an end dot', 'evil.example.:7071', { 'sec-fetch-site': 'same-origin' }],
    ['its own page under a public name', 'evil.example', { origin: 'http://evil.example' }],
  ])('%s', (_what, host, headers) => {
    expect(isForeignPage(request(host, headers), cors)).toBe(true);
  });

  test.each<[string, string, Record<string, string>]>([
    ['a program', LOCAL, {}],
    ['its own page', LOCAL, { 'sec-fetch-site': 'same-origin', origin: `http://${LOCAL}` }],
    ['an address that somebody typed', LOCAL, { 'sec-fetch-site': 'none' }],
    ['a listed origin', LOCAL, { 'sec-fetch-site': 'cross-site', origin: 'https://TOOL.example' }],
    ['its page behind TLS', 'box.local', { origin: 'https://box.local' }],
    ['an address', '127.0.0.1:7071', {}],
    ['an address of IPv6', '[::1]:7071', {}],
    ['a name of a container', 'functions', {}],
  ])('but not %s', (_what, host, headers) => {
    expect(isForeignPage(request(host, headers), cors)).toBe(false);
  });
});
