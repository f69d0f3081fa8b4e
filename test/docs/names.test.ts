// Targets, routes, codes, variables, log lines and folders: what the documents name exists, and what exists is named.

import { describe, expect, test } from '@jest/globals';
import { SignalRRest } from '../../functions/service/signalr-rest.ts';
import { matchPath } from '../../local/service/rest/rest-routes.ts';
import {
  below,
  filesBelow,
  findAll,
  foldersBelow,
  read,
  rowsOf,
  spansOf,
} from '../support/documents.ts';

const DOCUMENTS = filesBelow('.', '.md').filter((file) => file !== 'CHANGELOG.md');
const PROTOCOL = read('PROTOCOL.md');
const ARCHITECTURE = read('ARCHITECTURE.md');
const CONTRIBUTING = read('CONTRIBUTING.md');

const textOf = (...files: readonly string[]) => files.map(read).join('\n');
const SOURCES = ['functions', 'local', 'web', 'infra', 'bench', 'test', '.github']
  .flatMap((folder) =>
    ['.ts', '.tsx', '.mjs', '.sh', '.yml', '.json', '.bicep'].flatMap((ending) =>
      filesBelow(folder, ending),
    ),
  )
  .filter((file) => !file.startsWith('test/docs/'));
const APP = filesBelow('functions', '.ts');

/** What is in one list and not in the other. Nothing if both agree. */
function differences(documented: readonly string[], real: readonly string[]): string[] {
  return [
    ...documented.filter((name) => !real.includes(name)).map((name) => `${name} does not exist`),
    ...real.filter((name) => !documented.includes(name)).map((name) => `${name} is not named`),
  ];
}

test('a list that differs on either side is noticed', () => {
  expect(differences(['a', 'b'], ['a', 'b'])).toEqual([]);
  expect(differences(['a', 'z'], ['a', 'b'])).toEqual(['z does not exist', 'b is not named']);
});

describe('PROTOCOL.md', () => {
  const hub = below(PROTOCOL, '### 1.2 Hub `chat`')
    .split(/^#### /m)
    .slice(1);
  const sections = (direction: string) =>
    hub
      .filter((section) => section.includes(`- **Direction**: ${direction}`))
      .flatMap((section) => findAll(section.split('\n')[0] ?? '', /^`(\w+)`/g))
      .sort();

  test('has a part for each target that clients invoke', () => {
    const targets = findAll(read('functions/app.ts'), /^onHub\('\w+', 'messages', '(\w+)'/gm);
    expect(targets.length).toBeGreaterThan(5);
    expect(differences(sections('client →'), targets)).toEqual([]);
  });

  test('has a part for each target that functions send to clients, and the page takes it', () => {
    const sent = textOf(...APP);
    const targets = new Set([
      ...findAll(sent, /\{ target: '([\w-]+)', arguments: [^}]*(?:groupName|connectionId):/g),
      ...findAll(sent, /sendToGroup\([^,]+, '(\w+)'/g),
    ]);
    expect(differences(sections('functions →'), [...targets].sort())).toEqual([]);
    const taken = findAll(read('web/connection/hub.ts'), /\bregister\(\s*'(\w+)'/g);
    expect(differences(taken, [...targets].sort())).toEqual([]);
  });

  test.each(hub.map((section) => [section.split('\n')[0], section]))(
    '%s has the fixed lines',
    (_, section) => {
      const lines = findAll(section ?? '', /^- \*\*(\w+)\*\*:/gm);
      expect(lines.filter((line) => line !== 'Source')).toEqual([
        'Direction',
        'Errors',
        'Shape',
        'When',
      ]);
    },
  );

  test('names each error code', () => {
    const [, union = ''] =
      /export type ErrorCode =([\s\S]*?;)\n\n/.exec(read('functions/protocol.ts')) ?? [];
    const codes = findAll(union, /'(\w+)'/g);
    expect(codes.length).toBeGreaterThan(10);
    const named = spansOf(below(PROTOCOL, '## 1. Client ⇄ HTTP API and hub'));
    expect(codes.filter((code) => !named.includes(code))).toEqual([]);
    const reasons = findAll(read('functions/activity.ts'), /'(\w+_\w+)'/g);
    const errors = PROTOCOL.split('\n').filter((line) => line.startsWith('- **Errors**'));
    const listed = errors.flatMap((line) => findAll(line, /`([a-z]+(?:_[a-z]+)+)`/g));
    expect(listed.filter((code) => !codes.includes(code) && !reasons.includes(code))).toEqual([]);
  });
});

describe('the requests of PROTOCOL.md to the service', () => {
  const requests = rowsOf(below(PROTOCOL, '## 3. Functions → service: REST')).flatMap(
    ([cell = '', , maker = '', success = '']) =>
      findAll(cell, /`([A-Z]+ \/api\/hubs\/[^`?]+)/g).map((request) => ({
        request,
        maker,
        success,
      })),
  );

  test.each(requests.filter(({ success }) => /^\d/.test(success)))(
    '$request exists, with its status',
    ({ request, success }) => {
      const [method, path = ''] = request.split(' ');
      const route = matchPath(path)?.candidates.find((candidate) => candidate.method === method);
      expect(success).toContain(String(route?.status));
    },
  );

  /** Without the names of groups, connections and users. */
  const shapeOf = (request: string) =>
    request.replace(/(groups|connections)\/[^/]+/g, '$1/…').replace('/api/hubs/chat/', '');

  test('are those that the code makes', async () => {
    const made = new Set<string>();
    const send = async (input: unknown, init?: RequestInit) => {
      made.add(`${init?.method} ${new URL(String(input)).pathname}`);
      return new Response('{}');
    };
    const service = new SignalRRest(
      {
        serverEndpoint: 'http://localhost',
        clientEndpoint: 'http://localhost',
        access: { kind: 'key', accessKey: 'a' },
      },
      () => 0,
      send,
    );
    await service.closeConnection('a', 'b');
    await service.closeRoom('a', 'b');
    await service.hasConnection('a');
    await service.sendToGroup('a', 'b', 1);
    await service.addToGroup('a', 'b');
    await service.checkHealth(AbortSignal.timeout(1_000));
    // Each method was called: one more needs a call here, and a row there.
    const methods = Object.getOwnPropertyNames(SignalRRest.prototype).filter(
      (name) => name !== 'constructor',
    );
    expect(methods).toHaveLength(6);
    const ofTheHub = [...made].filter((request) => request.includes('/api/hubs/')).map(shapeOf);
    const documented = requests
      .filter(({ maker }) => maker.includes('signalr-rest.ts'))
      .map(({ request }) => shapeOf(request));
    expect(differences([...new Set(documented)].sort(), [...new Set(ofTheHub)].sort())).toEqual([]);
    const whole = PROTOCOL.replaceAll('\n', ' ');
    const others = [...made].filter((request) => !request.includes('/api/hubs/'));
    expect(others.filter((request) => !whole.includes(`\`${request}`))).toEqual([]);
  });
});

describe('the documents', () => {
  const FAMILY =
    /\b((?:CHAT|HOST_CONTRACT|SIGNALR_CONTRACT)_[A-Z_]*[A-Z]|CHROMIUM|PICTURES|BICEP)\b/g;

  /** In quotes, behind a dot, or in a shell: not the name of a constant. */
  const READ =
    /(?<=['"`$.{])((?:CHAT|HOST_CONTRACT|SIGNALR_CONTRACT)_[A-Z_]*[A-Z]|CHROMIUM|PICTURES|BICEP)\b/g;

  test('name only variables and settings that the code has', () => {
    const real = findAll(textOf(...SOURCES), FAMILY);
    const named = DOCUMENTS.flatMap((file) => findAll(read(file), FAMILY));
    expect(new Set(named).size).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !real.includes(name))).toEqual([]);
  });

  test('name each variable that the code or a test reads', () => {
    const code = SOURCES.filter((file) => !file.startsWith('test/'));
    // A test may also set a wrong name.
    const tests = SOURCES.filter((file) => file.startsWith('test/'));
    const ofTests = /\b(CHAT_TEST_\w+|(?:HOST|SIGNALR)_CONTRACT_\w+)\b/g;
    const real = [...findAll(textOf(...code), READ), ...findAll(textOf(...tests), ofTests)];
    const named = DOCUMENTS.flatMap((file) => findAll(read(file), FAMILY));
    expect(real.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('name codes and reasons as the code writes them', () => {
    const code = textOf(...SOURCES);
    const named = DOCUMENTS.flatMap((file) => spansOf(read(file))).filter((span) =>
      /^[a-z]+(?:_[a-z]+)+$/.test(span),
    );
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((name) => !code.includes(name))).toEqual([]);
  });
});

describe('the names that documents give for a file', () => {
  const files = ['functions', 'web', 'local', 'test', 'bench', 'infra'].flatMap((folder) =>
    filesBelow(folder, ''),
  );

  /** Each file with a name that stands in brackets behind it, or as `name` in `file`. */
  function pairsIn(text: string): { readonly file: string; readonly name: string }[] {
    const behind = [...text.matchAll(/`([\w./-]+\.(?:tsx?|bicep|mjs))` \(([^)]*)\)/g)].flatMap(
      ([, file = '', inside = '']) =>
        findAll(inside, /`([A-Za-z_]\w*(?:…)?)`/g).map((name) => ({ file, name })),
    );
    const ahead = [
      ...text.matchAll(/((?:`\w+`(?:, | and )?)+) in `([\w./-]+\.(?:tsx?|bicep|mjs))`/g),
    ].flatMap(([, names = '', file = '']) =>
      findAll(names, /`(\w+)`/g).map((name) => ({ file, name })),
    );
    return [...behind, ...ahead];
  }

  /** A name alone may be that of several files, in the folder of a name before it. */
  const isIn = ({ file, name }: { file: string; name: string }) =>
    files
      .filter((path) => path === file || path.endsWith(`/${file}`))
      .some((path) => read(path).includes(name.replace('…', '')));

  test.each(DOCUMENTS)('are in it: %s', (document) => {
    expect(pairsIn(read(document)).filter((pair) => !isIn(pair))).toEqual([]);
  });

  test('are some, and a wrong one is noticed', () => {
    expect(DOCUMENTS.flatMap((file) => pairsIn(read(file))).length).toBeGreaterThan(30);
    const wrong = pairsIn(
      '`functions/http/http-function.ts` (`toStatus`, `toState`), `foldTest` in `functions/protocol.ts`',
    );
    expect(wrong.filter((pair) => !isIn(pair)).map(({ name }) => name)).toEqual([
      'toState',
      'foldTest',
    ]);
  });
});

describe('the comments of the code', () => {
  const all = ['functions', 'local', 'web', 'infra', 'bench', 'test', 'docs', 'findings'].flatMap(
    (folder) => filesBelow(folder, ''),
  );
  const files = [
    ...all,
    'README.md',
    'ARCHITECTURE.md',
    'PROTOCOL.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'jest.config.mjs',
    'ci.yml',
  ];
  const isThere = (name: string) =>
    files.some((file) => file === name || file.endsWith(`/${name}`));

  /** The files that a comment names, by their name or the end of their path. Those of other projects stand behind their source. */
  const namedIn = (text: string) =>
    text
      .split('\n')
      .filter(
        (line) =>
          !/Source|Truth|azure|aspnetcore/i.test(line.replace(/[\w/-]*azure-table[\w.-]*/g, '')),
      )
      .flatMap((line) => /^\s*(?:\/\/|\/?\*|#) .*|(?<=[;{,)] )\/\/ .*/.exec(line)?.[0] ?? [])
      .flatMap((comment) =>
        findAll(
          comment.replace(/`[^`]*`/g, ''),
          /(?<![\w@/.:-])((?:[\w.-]+\/)*[\w-]+(?:\.test)?\.(?:tsx?|mjs|md|bicep|css))\b/g,
        ),
      );

  test('name only files that exist', () => {
    const code = SOURCES.filter((file) => /\.(?:tsx?|mjs|sh|bicep)$/.test(file));
    const named = code.flatMap((file) => namedIn(read(file)).map((name) => ({ file, name })));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ name }) => !isThere(name))).toEqual([]);
  });

  test.each([
    ['// See room/reactions.ts.', 1],
    ['const a = 1; // as in room/votes.ts', 0],
    ['// Source: azure-functions-nodejs-worker, startApp.ts', 0],
  ])('the check finds in %s what is missing', (comment, count) => {
    expect(namedIn(comment).filter((name) => !isThere(name))).toHaveLength(count);
  });
});

describe('ARCHITECTURE.md', () => {
  test('lists each kind of line that the functions log', () => {
    const logged = findAll(textOf(...APP), /`([a-z-]+) \$\{JSON\.stringify\(/g);
    const rows = rowsOf(below(ARCHITECTURE, '## What is logged'));
    const listed = rows.flatMap(([cell = '']) => findAll(cell, /^`([a-z-]+) \{…\}`$/g));
    expect(logged.length).toBeGreaterThan(5);
    expect(differences(listed.sort(), logged)).toEqual([]);
  });

  test('says of each folder of functions, page and local programs what is in it', () => {
    const folders = ['functions', 'web', 'local'].flatMap((folder) =>
      foldersBelow(folder, /\.(?:tsx?|css|png)$/),
    );
    const listed = rowsOf(below(ARCHITECTURE, '### What is in which folder')).map(([cell = '']) =>
      cell.replace(/^`(.*)\/`$/, '$1'),
    );
    expect(differences(listed, folders)).toEqual([]);
  });
});

test('CONTRIBUTING.md lists the projects of the tests', () => {
  const listed = rowsOf(below(CONTRIBUTING, '### Where a test belongs')).map(([name = '']) => name);
  const projects = findAll(read('jest.config.mjs'), /displayName: '(\w+)'/g);
  expect(differences(listed.sort(), projects)).toEqual([]);
});

test('README.md leads to every document', () => {
  const linked = findAll(read('README.md'), /\]\(([\w./-]+\.md)(?:#[\w-]+)?\)/g);
  const others = ['README.md', '.github/pull_request_template.md'];
  expect(DOCUMENTS.filter((file) => !others.includes(file) && !linked.includes(file))).toEqual([]);
});

test('findings/README.md lists each finding', () => {
  const listed = findAll(read('findings/README.md'), /^\| `([\w-]+)` \|/gm);
  const scripts = filesBelow('findings', '.sh').map((file) =>
    file.slice('findings/'.length, -'.sh'.length),
  );
  expect(differences(listed, scripts)).toEqual([]);
});
