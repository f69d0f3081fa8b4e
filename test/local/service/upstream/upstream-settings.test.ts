import { describe, expect, test } from '@jest/globals';
import {
  expandTemplate,
  matches,
  matchTemplate,
  parseUpstreamSettings,
  toTemplate,
  type UpstreamTemplate,
} from '../../../../local/service/upstream/upstream-settings.ts';

const OFFICIAL = `{ "UpstreamSettings": { "Templates": [
  { "UrlTemplate": "http://localhost:7071/runtime/webhooks/signalr",
    "EventPattern": "*", "HubPattern": "*", "CategoryPattern": "*" } ] } }`;

test('the official emulator’s file is read', () => {
  expect(parseUpstreamSettings(OFFICIAL)).toEqual([
    toTemplate('http://localhost:7071/runtime/webhooks/signalr'),
  ]);
});

test('member names ignore letter case, other members are ignored, a byte order mark too', () => {
  const text = `\uFEFF{ "Logging": {}, "upstreamsettings": { "templates": [ { "urltemplate": "http://a/", "HUBPATTERN": "x" } ] } }`;
  expect(parseUpstreamSettings(text)).toEqual([{ ...toTemplate('http://a/'), hubPattern: 'x' }]);
});

test('comments and trailing commas are ignored, but not within texts', () => {
  const text = `// Upstream
  { "UpstreamSettings": { /* one, ] } */ "Templates": [
    { "UrlTemplate": "http://a/?x=/*,]*/,}", // not "this"
      "HubPattern": "a\\"//b,", }, // none after it
  ], }, }`;
  expect(parseUpstreamSettings(text)).toEqual([
    { ...toTemplate('http://a/?x=/*,]*/,}'), hubPattern: 'a"//b,' },
  ]);
});

test.each(['{}', '{ "UpstreamSettings": null }', '{ "UpstreamSettings": {} }'])(
  '%s has no templates',
  (text) => {
    expect(parseUpstreamSettings(text)).toEqual([]);
  },
);

test.each([
  ['', 'JSON'],
  ['{ "UpstreamSettings": { } ', 'JSON'],
  ['{ "UpstreamSettings": {},, }', 'JSON'],
  ['{ /* no end', 'JSON'],
  ['[]', 'the file is no JSON object'],
  ['{ "UpstreamSettings": 1 }', 'UpstreamSettings is no JSON object'],
  ['{ "UpstreamSettings": { "Templates": {} } }', 'Templates is no array'],
  ['{ "UpstreamSettings": { "Templates": [1] } }', 'Templates[0] is no JSON object'],
  ['{ "UpstreamSettings": { "Templates": [{}] } }', 'Templates[0].UrlTemplate is missing'],
  [withTemplate({ UrlTemplate: 'localhost:7071' }), 'no absolute http or https URL'],
  [withTemplate({ UrlTemplate: 'ftp://a/' }), 'no absolute http or https URL'],
  [withTemplate({ UrlTemplate: 'http://a/', HubPattern: 1 }), 'HubPattern is no text'],
  [
    withTemplate({ UrlTemplate: 'https://a/?code={@Microsoft.KeyVault(SecretUri=x)}' }),
    'only the real service can read',
  ],
])('%s is refused', (text, reason) => {
  expect(() => parseUpstreamSettings(text)).toThrow(reason);
});

test.each([
  ['a file', () => parseUpstreamSettings(withTemplate({ UrlTemplate: 'ftp://a/?code=secret' }))],
  ['the command line', () => toTemplate('ftp://a/?code=secret')],
])('a refused URL of %s is reported without its key', (_, read) => {
  expect(read).toThrow('"ftp://a/?…"');
  expect(read).not.toThrow('secret');
});

function withTemplate(template: object): string {
  return JSON.stringify({ UpstreamSettings: { Templates: [template] } });
}

describe('patterns', () => {
  test.each([
    ['*', 'anything', true],
    ['a', 'a', true],
    ['a', 'A', false],
    ['a', 'ab', false],
    ['a, b ,c', 'b', true],
    ['a,b', 'a,b', false],
    ['', 'a', false],
    ['a*', 'ab', false],
  ])('%j on %j is %j', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test('an explicit null matches nothing, a missing pattern everything', () => {
    const [closed, open] = parseUpstreamSettings(
      JSON.stringify({
        UpstreamSettings: {
          Templates: [
            { UrlTemplate: 'http://a/', EventPattern: null },
            { UrlTemplate: 'http://b/' },
          ],
        },
      }),
    );
    const name = { hub: 'chat', category: 'messages', event: 'send' } as const;
    expect(
      matchTemplate(
        [closed, open].filter((t) => t !== undefined),
        name,
      ),
    ).toBe(open);
  });

  test('the first template in list order whose three patterns match wins', () => {
    const template = (change: Partial<UpstreamTemplate>) => ({
      ...toTemplate('http://a/'),
      ...change,
    });
    const templates = [
      template({ hubPattern: 'other' }),
      template({ categoryPattern: 'connections' }),
      template({ eventPattern: 'x,send' }),
      template({}),
    ];
    const find = (event: string, category: 'connections' | 'messages' = 'messages') =>
      templates.indexOf(matchTemplate(templates, { hub: 'chat', category, event }) ?? template({}));
    expect([find('send'), find('connected', 'connections'), find('typing')]).toEqual([2, 1, 3]);
  });
});

test('tokens are replaced by percent-encoded names', () => {
  const template = toTemplate('http://a/{hub}/{category}/{event}?code=x&e={event}');
  const url = expandTemplate(template, { hub: 'chat', category: 'messages', event: 'a/b ü\ud800' });
  expect(url.href).toBe(
    'http://a/chat/messages/a%2Fb%20%C3%BC%EF%BF%BD?code=x&e=a%2Fb%20%C3%BC%EF%BF%BD',
  );
});
