// What documents list and code has: settings, routes, functions, statuses. Nothing of a list is missing on either side.

import { describe, expect, test } from '@jest/globals';
import { toErrorAnswer } from '../../functions/http/http-function.ts';
import { ChatError, type ErrorCode } from '../../functions/protocol.ts';
import { readSettings } from '../../functions/settings.ts';
import { GROUNDS, luminanceOf } from '../../web/text/legible-colour.ts';
import { filesBelow, findAll, read, spansOf, split } from '../support/documents.ts';

describe('docs/settings.md', () => {
  /** Set by the platform, not by the owner of the app. */
  const OF_THE_PLATFORM = ['IDENTITY_ENDPOINT', 'WEBSITE_AUTH_ENABLED'];
  const GUID = '00000000-0000-0000-0000-000000000000';
  const TOKEN = {
    CHAT_UPSTREAM_TENANT: GUID,
    CHAT_UPSTREAM_AUDIENCE: GUID,
    CHAT_UPSTREAM_OBJECT_ID: GUID,
  };
  const BY_KEY = {
    AzureSignalRConnectionString: 'Endpoint=http://localhost;AccessKey=a',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  const BY_IDENTITY = {
    AzureSignalRConnectionString__serviceUri: 'https://localhost',
    AzureWebJobsStorage__accountName: 'a',
    CHAT_AUTH: 'entra',
    CHAT_ENTRA_TENANT: GUID,
    CHAT_ENTRA_CLIENT_ID: GUID,
    ...TOKEN,
  };

  /** The names that the app looks up. */
  function namesRead(): string[] {
    const names = new Set<string>();
    const watched = (env: object) =>
      new Proxy<Record<string, string>>(
        { ...env },
        {
          get: (known, name) => {
            names.add(String(name));
            return known[String(name)];
          },
        },
      );
    for (const env of [BY_KEY, BY_IDENTITY]) readSettings(watched(env));
    return [...names].filter((name) => !OF_THE_PLATFORM.includes(name)).sort();
  }

  const [, table = '', prose = ''] =
    /(\n\|[\s\S]*?\n)\n([\s\S]*)/.exec(read('docs/settings.md')) ?? [];
  const listed = findAll(table, /^\| `(\w+)` \|/gm);
  const endings = findAll(`${table}${prose}`, /`…__(\w+)`/g);

  test('lists every setting that the app reads, and no other', () => {
    const settings = new Set(namesRead().map((name) => name.replace(/__.*/, '')));
    expect(settings.size).toBeGreaterThan(10);
    expect(listed).toEqual([...settings].sort());
  });

  test('lists every form of a setting for an identity, and no other', () => {
    const forms = namesRead().flatMap((name) => name.split('__').slice(1));
    expect(endings).toEqual([...new Set(forms)].sort());
  });

  test('local.settings.example.json has only settings of this list, and of the host', () => {
    const { Values } = JSON.parse(read('local.settings.example.json'));
    const others = Object.keys(Values).filter((name) => !listed.includes(name));
    expect(others).toEqual(['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsDisableHomepage']);
  });
});

describe('functions/app.ts', () => {
  const app = read('functions/app.ts');
  const constants = new Map(
    [...app.matchAll(/^const (\w+) = (.*);$/gm)].map(([, a = '', b = '']) => [a, b]),
  );
  const inRoom = /'(.*)'/.exec(constants.get('inRoom') ?? '')?.[1] ?? '';

  interface HttpFunction {
    readonly name: string;
    readonly route: string;
    readonly needsKey: boolean;
  }
  /** By the calls of `onHttp`. `web`, which has every other path, is registered by itself. */
  const functions = [...app.matchAll(/^onHttp\(\s*'(\w+)',\s*\{([\s\S]*?)\},\s*\w+/gm)].map(
    ([, name = '', options = '']): HttpFunction => {
      const all = options.replace(/\.\.\.(\w+)/g, (_, constant) => constants.get(constant) ?? '');
      const method = /method: '(\w+)'/.exec(all)?.[1] ?? '';
      const [, quoted = '', constant = ''] = /route: (?:['`](.*?)['`]|(\w+))/.exec(all) ?? [];
      const path = constant === 'inRoom' ? inRoom : quoted.replace(/^\$\{inRoom\}/, inRoom);
      return { name, route: `${method} /${path}`, needsKey: all.includes('needsKey: true') };
    },
  );

  /** The headings of PROTOCOL.md with a method, and the text below each. */
  const sections = read('PROTOCOL.md')
    .split(/^#+ /m)
    .flatMap((section) => {
      const [heading = '', ...text] = section.split('\n');
      const routes = [...heading.matchAll(/`([A-Z]+ \/[^`?]*)[^`]*`/g)];
      return routes.map(([, route = '']) => ({ route, text: text.join('\n') }));
    })
    .filter(({ route }) => route.includes(' /api/'));

  test('has the routes of PROTOCOL.md, and PROTOCOL.md has its routes', () => {
    expect(functions).toHaveLength(app.match(/^onHttp\(/gm)?.length ?? 0);
    const routes = functions.map(({ route }) => route).sort();
    expect(routes.length).toBeGreaterThan(10);
    expect(sections.map(({ route }) => route).sort()).toEqual(routes);
  });

  /** The paths of the API between backticks and in code, with their method if it is there. The service has paths of its own. */
  const PATH =
    /(?<![\w/])(?:(GET|HEAD|PUT|POST|DELETE) )?(?:http:\/\/localhost:7071|https:\/\/[\w.<>-]+)?(\/api\/(?!hubs|v1)[^\s`'"?)…:]+)/g;
  const patterns = functions.map(({ route }) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`) };
  });
  const isRoute = (method: string | undefined, path: string) =>
    patterns.some((one) => {
      const asked = method === 'HEAD' ? 'GET' : method;
      return one.path.test(path) && (asked === undefined || asked === one.method);
    });

  test.each(filesBelow('.', '.md'))('%s names only routes that exist', (file) => {
    const snippets = [...spansOf(read(file)), ...split(read(file)).code.map(({ line }) => line)];
    const named = snippets.flatMap((snippet) => [...snippet.matchAll(PATH)]);
    const unknown = named.filter(([, method, path = '']) => !isRoute(method, path));
    expect(unknown.map(([found]) => found)).toEqual([]);
  });

  test.each([
    ['GET', '/api/rooms/lobby/messages', true],
    ['PUT', '/api/rooms/lobby/messages', false],
    [undefined, '/api/rooms/lobby/message', false],
  ])('the check knows whether %s %s is a route', (method, path, is) => {
    expect(isRoute(method, path)).toBe(is);
  });

  test.each(functions)('$name needs a function key if PROTOCOL.md says so', (fn) => {
    const { text } = sections.find(({ route }) => route === fn.route) ?? { text: '' };
    const [direction = ''] = /^- \*\*Direction\*\*.*/m.exec(text) ?? [];
    expect(direction.includes('with a function key')).toBe(fn.needsKey);
  });

  test('has the hub functions of PROTOCOL.md, and PROTOCOL.md has its hub functions', () => {
    const hub = findAll(app, /^onHub\('\w+', '(\w+', '\w+)'/gm).map((pair) =>
      pair.replace("', '", ' '),
    );
    const rows = [
      ...read('PROTOCOL.md').matchAll(/^\| `(connections|messages)` \| `(\w+)` \| `(.*)` \|/gm),
    ];
    expect(rows.map(([, category, event]) => `${category} ${event}`).sort()).toEqual(hub);
  });

  test('has the functions that ARCHITECTURE.md lists, and no other', () => {
    const [, list = ''] = /^They are ([^.]*)\.$/m.exec(read('ARCHITECTURE.md')) ?? [];
    expect(findAll(list, /`(\w+)`/g)).toEqual(functions.map(({ name }) => name).sort());
  });
});

test('U18: exact colours of a log are held against grounds at least as far off as those of web/style/base.css', () => {
  const css = read('web/style/base.css');
  for (const name of ['ground', 'theirs', 'bad-ground', 'note-ground', 'accent-soft']) {
    const found = [...css.matchAll(new RegExp(`--${name}: #(..)(..)(..);`, 'g'))];
    expect([name, found.length]).toEqual([name, 2]);
    const [light = 0, dark = 1] = found.map(([, ...pairs]) => {
      const [red = 0, green = 0, blue = 0] = pairs.map((pair) => Number.parseInt(pair, 16));
      return luminanceOf([red, green, blue]);
    });
    expect(light).toBeGreaterThanOrEqual(GROUNDS.light);
    expect(dark).toBeLessThanOrEqual(GROUNDS.dark);
  }
});

test('PROTOCOL.md lists error codes with the statuses that they have', () => {
  const rows = [...read('PROTOCOL.md').matchAll(/^\| (`\w+`(?:, `\w+`)*) \| (\d{3}) \|/gm)];
  const listed = rows.flatMap(([, codes = '', status]) =>
    findAll(codes, /`(\w+)`/g).map((code) => [code, Number(status)] as const),
  );
  expect(listed.length).toBeGreaterThan(10);
  const answered = listed.map(([code]) => {
    const { status } = toErrorAnswer(new ChatError(code as ErrorCode, 'unable to answer'));
    return [code, status] as const;
  });
  expect(answered).toEqual(listed);
});
