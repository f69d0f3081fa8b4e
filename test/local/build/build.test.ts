import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { BROWSERS, type BuiltFile, build, compile, watch } from '../../../local/build/build.ts';
import { collect, collectWithMap, zip } from '../../../local/build/package.ts';
import { ROOT } from '../../../local/root.ts';

const APP = `import { join } from 'node:path';
export const page: string = join(import.meta.dirname, '../web');
`;
const SOURCES: Readonly<Record<string, string>> = {
  'functions/app.ts': APP,
  'functions/notes.md': '# not built',
  'web/main.tsx': "export const greeting: string = 'hello'; document.title = greeting;\n",
  'web/index.html': '<!doctype html>',
  'web/style/page.css': 'p { margin: 0 }\n',
  'web/style/published.css': 'b { margin: 0 }\n',
  'web/icons/icon.svg': '<svg/>',
  'web/README.md': '# not served',
  'web/.DS_Store': 'x',
  'host.json': '{"version":"2.0"}',
  'local.settings.json': '{"Values":{"AccountKey":"secret"}}',
  'package.json': JSON.stringify({
    name: 'tiny',
    version: '1.2.3',
    type: 'module',
    main: 'dist/functions/app.cjs',
    dependencies: { left: '1.0.0' },
  }),
};
const BUILT = [
  'dist/functions/app.cjs',
  'dist/maps/app.cjs.map',
  'dist/web/icons/icon.svg',
  'dist/web/index.html',
  'dist/web/main.css',
  'dist/web/main.js',
  'dist/web/published.css',
];

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'build-'));
  for (const [path, text] of Object.entries(SOURCES)) await write(path, text);
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
});
afterEach(() => rm(root, { recursive: true }));

test('row start: a checkout that cannot be written to is refused with what to do', async () => {
  await write('dist', '');
  await expect(build({ root })).rejects.toThrow(
    /^unable to write \S+dist\S+; .+\. Make the checkout writable, or copy it to a folder that is: a build writes to dist\/\.$/,
  );
});

test('P9: README.md names the oldest browsers that the page is built for', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const named = /runs in Chrome and Edge (\d+), Firefox (\d+) and Safari ([\d.]+) or newer/.exec(
    readme,
  );
  const [, chrome, firefox, safari] = named ?? [];
  expect(BROWSERS).toEqual([
    'es2022',
    `chrome${chrome}`,
    `edge${chrome}`,
    `firefox${firefox}`,
    `safari${safari}`,
  ]);
});

describe('build', () => {
  test('makes the app, the page and its static files only', async () => {
    const files = await build({ root });
    expect(files.map(({ path }) => path)).toEqual(BUILT);
    expect(await filesBelow('dist')).toEqual(BUILT);
  });

  test('the app is CommonJS with its own folder', async () => {
    await build({ root });
    const module = { exports: { page: '' } };
    const code = await readFile(join(root, 'dist/functions/app.cjs'), 'utf8');
    new Function('module', 'require', '__dirname', code)(
      module,
      () => ({ join }),
      '/app/dist/functions',
    );
    expect(module.exports.page).toBe('/app/dist/web');
  });

  test('the source map is beside the package and has paths to the sources', async () => {
    await build({ root });
    const code = await readFile(join(root, 'dist/functions/app.cjs'), 'utf8');
    expect(code).toContain('//# sourceMappingURL=../maps/app.cjs.map');
    const { sources } = JSON.parse(await readFile(join(root, 'dist/maps/app.cjs.map'), 'utf8'));
    expect(sources).toEqual(['../../functions/app.ts']);
  });

  test('writes only changed files, and removes files that are no longer built', async () => {
    await build({ root });
    // What `npm run package:emulator` writes stays.
    await write('dist/emulator/package.json', '{}');
    await write('web/index.html', '<!doctype html><title>new</title>');
    await rm(join(root, 'web/icons'), { recursive: true });
    const files = await build({ root });
    expect(files.filter(({ isNew }) => isNew).map(({ path }) => path)).toEqual([
      'dist/web/index.html',
    ]);
    expect(await filesBelow('dist')).not.toContain('dist/web/icons/icon.svg');
    expect(await filesBelow('dist')).toContain('dist/emulator/package.json');
  });

  test.each([
    ['a syntax error', 'const = 1;\n', 'functions/app.ts:1:7: '],
    ['an import of nothing', "import './gone.ts';\n", 'functions/app.ts:1:8: '],
    [
      'import.meta.url, which a CommonJS file lacks',
      'console.log(import.meta.url);\n',
      'functions/app.ts:1:13: ',
    ],
  ])('%s is one error line with its position, and dist stays as it was', async (_, text, place) => {
    await build({ root });
    const before = await contentsBelow('dist');
    await write('functions/app.ts', text);
    const message = await build({ root }).then(String, String);
    expect(message).toMatch(/^Error: unable to build; .+\.$/);
    expect(message).toContain(place);
    expect(await contentsBelow('dist')).toEqual(before);
  });

  test('issue 15: on request the functions are written first, while dist has no page', async () => {
    await write('dist/functions/app.cjs', 'old');
    const files = await build({ root }, async () => {
      expect(await filesBelow('dist')).toEqual(['dist/functions/app.cjs', 'dist/maps/app.cjs.map']);
      expect(await readFile(join(root, 'dist/functions/app.cjs'), 'utf8')).not.toBe('old');
    });
    expect(files.map(({ path }) => path)).toEqual(BUILT);
  });

  test('issue 15: a page that fails after the functions leaves no stamp, so the next start builds', async () => {
    await build({ root });
    await build({ root });
    await write('web/main.tsx', 'const = 1;');
    await expect(build({ root }, async () => undefined)).rejects.toThrow('web/main.tsx:1:7');
    expect(await filesBelow('.cache')).toEqual([]);
  });

  test('issue 15: for this machine alone the scripts are minified in one pass, and do the same', async () => {
    const text = 'const twice = (n: number) => n * 2;\ndocument.title = String(twice(21));\n';
    await write('web/main.tsx', text);
    const scriptOf = async (isForThisMachine: boolean) =>
      Buffer.from(
        (await compile({ root, isForThisMachine })).get('dist/web/main.js') ?? [],
      ).toString();
    const [here, everywhere] = [await scriptOf(true), await scriptOf(false)];
    expect(here.length).toBeGreaterThan(everywhere.length);
    for (const script of [here, everywhere]) {
      const page = { document: { title: '' } };
      runInNewContext(script, page);
      expect(page.document.title).toBe('42');
    }
  });

  test('issue 15: the page preloads each module that its script imports, also one without names', async () => {
    await write('web/index.html', '<!doctype html><script type="module" src="main.js"></script>');
    await write('web/noted.ts', "document.title += '!';\n");
    await write('web/part.ts', "import './noted.ts';\n");
    await write('web/main.tsx', "import './noted.ts';\nvoid import('./part.ts');\n");
    const files = await compile({ root });
    const textOf = (path: string) => Buffer.from(files.get(`dist/web/${path}`) ?? []).toString();
    const [imported] = /(?<=^import"\.\/)[\w-]+\.js/.exec(textOf('main.js')) ?? [];
    expect(imported).toMatch(/^chunk-/);
    expect(textOf('index.html')).toContain(`<link rel="modulepreload" href="${imported}" />`);
  });

  test('U18: what the page shares with its later parts is one file, for any of them', async () => {
    await write('web/one.ts', "document.title += '1';\n");
    await write('web/two.ts', "document.title += '2';\n");
    await write('web/a.ts', "import './one.ts';\nexport const a = 'only in a';\n");
    await write(
      'web/b.tsx',
      "import './one.ts';\nimport './two.ts';\nexport const b = 'only in b';\n",
    );
    await write(
      'web/main.tsx',
      "import './one.ts';\nimport './two.ts';\nvoid import('./a.ts');\nvoid import('./b.tsx');\n",
    );
    const texts = [...(await compile({ root }))]
      .filter(([path]) => path.endsWith('.js'))
      .map(([, bytes]) => Buffer.from(bytes).toString());
    const having = (text: string) => texts.filter((one) => one.includes(text));
    expect(having('title+="1"')).toHaveLength(1);
    expect(having('title+="1"')).toEqual(having('title+="2"'));
    expect(having('only in a')).toHaveLength(1);
    expect(having('only in b')).toHaveLength(1);
    // Two parts, the shared file, and the page that imports it.
    expect(texts).toHaveLength(4);
  });

  test('the page has its source map on request only', async () => {
    const mapIn = async (input: object) =>
      Buffer.from((await compile({ root, ...input })).get('dist/web/main.js') ?? []).includes(
        'sourceMappingURL',
      );
    expect(await mapIn({})).toBe(false);
    expect(await mapIn({ withPageMap: true })).toBe(true);
  });
});

describe('issue 15: the SignalR client of the page', () => {
  const HUB = `import { HubConnectionBuilder } from '@microsoft/signalr';
document.title = String(new HubConnectionBuilder().withUrl('/api').build());
`;

  async function pageOf(source: string): Promise<string> {
    await write('web/main.tsx', source);
    const { 'dist/web/main.js': page } = Object.fromEntries(await compile({ root }));
    return Buffer.from(page ?? []).toString();
  }

  test('has no HTTP client and no stateful reconnect, which the page does not use', async () => {
    const page = await pageOf(HUB);
    expect(page).toContain('Failed to complete negotiation with the server');
    expect(page).toContain('DefaultHttpClient is left out');
    expect(page).not.toContain('No method defined.');
    expect(page).toContain('MessageBuffer is left out');
    expect(page).toContain('DefaultReconnectPolicy is left out');
    expect(page).toContain('Subject is left out');
  });

  test('makes no lines for a log, which the page’s logger would drop', async () => {
    const page = await pageOf(HUB);
    expect(page).toContain('WebSocket failed to connect.');
    expect(page).not.toMatch(/\(WebSockets transport\)|Starting connection with transfer format/);
  });

  test('has nothing that is for Node', async () => {
    const page = await pageOf(HUB);
    expect(page).toContain('X-SignalR-User-Agent');
    expect(page).not.toMatch(/Windows NT|NodeJS|release\.name/);
  });

  test('has short names for its private members only', async () => {
    const other = 'document.title = JSON.parse(document.title)._links;\n';
    const page = await pageOf(`${HUB}${other}`);
    expect(page).not.toContain('_logger');
    expect(page).not.toContain('_connectionState');
    expect(page).toContain('JSON.parse(document.title)._links');
  });

  test('must have the files that the build leaves out', async () => {
    await rm(join(root, 'node_modules'));
    const folder = 'node_modules/@microsoft/signalr';
    await write(`${folder}/package.json`, JSON.stringify({ main: './dist/esm/index.js' }));
    await write(
      `${folder}/dist/esm/index.js`,
      "import { MessageBuffer } from './MessageBuffer';\nexport const HubConnectionBuilder = MessageBuffer;\n",
    );
    await expect(pageOf(HUB)).rejects.toThrow('@microsoft/signalr has no file DefaultHttpClient');
  });
});

describe('watch', () => {
  test('builds after a change, reports an error, and continues', async () => {
    await build({ root });
    const lines: string[] = [];
    let wake: () => void = () => undefined;
    const report = (line: string) => {
      lines.push(line);
      wake();
    };
    const next = () => new Promise<void>((resolve) => (wake = resolve));
    const watching = watch({ root });
    watching.begin(
      async (files) =>
        report(
          files
            .filter(({ isNew }) => isNew)
            .map(({ path }) => path)
            .join(),
        ),
      (error) => report(error.message),
    );
    try {
      for (const text of ['<p>1</p>', '<p>2</p>']) {
        const lines = next();
        await write('web/index.html', text);
        await lines;
      }
      const failed = next();
      await write('web/main.tsx', 'const = 1;');
      await failed;
      expect(lines).toEqual([
        'dist/web/index.html',
        'dist/web/index.html',
        expect.stringContaining('web/main.tsx:1:7'),
      ]);
    } finally {
      watching.close();
    }
  });

  test('builds a change that came before its start', async () => {
    await build({ root });
    const watching = watch({ root });
    try {
      await write('web/index.html', '<p>early</p>');
      // During another build the change is noticed and built later.
      await compile({ root });
      const files = await new Promise<readonly BuiltFile[]>((resolve, reject) =>
        watching.begin(async (files) => resolve(files), reject),
      );
      expect(files.filter(({ isNew }) => isNew).map(({ path }) => path)).toEqual([
        'dist/web/index.html',
      ]);
    } finally {
      watching.close();
    }
  });
});

describe('package', () => {
  test('holds only the app, the page and two files of JSON', async () => {
    const entries = unzipSync(zip(await collect(root)));
    expect(Object.keys(entries)).toEqual([
      'dist/functions/app.cjs',
      'dist/web/icons/icon.svg.br',
      'dist/web/index.html.br',
      'dist/web/main.css.br',
      'dist/web/main.js.br',
      'dist/web/published.css.br',
      'host.json',
      'package.json',
    ]);
    expect(JSON.parse(Buffer.from(entries['package.json'] ?? []).toString())).toEqual({
      name: 'tiny',
      version: '1.2.3',
      main: 'dist/functions/app.cjs',
    });
    expect(Buffer.from(entries['host.json'] ?? []).toString()).toBe(SOURCES['host.json']);
    expect(Buffer.from(entries['dist/functions/app.cjs'] ?? []).toString()).not.toContain(
      'sourceMappingURL',
    );
  });

  test('H4, issue 15: holds the page’s texts as Brotli, the form in which browsers get them', async () => {
    const built = await compile({ root, forProduction: true });
    const entries = unzipSync(zip(await collect(root)));
    for (const name of ['dist/web/index.html', 'dist/web/main.js']) {
      expect(new Uint8Array(brotliDecompressSync(entries[`${name}.br`] ?? ''))).toEqual(
        new Uint8Array(built.get(name) ?? []),
      );
    }
  });

  test('has the same bytes in another folder, at another time', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'build-again-'));
    try {
      await cp(root, elsewhere, { recursive: true });
      const here = zip(await collect(root));
      const there = zip(await collect(elsewhere));
      expect(Buffer.from(there).equals(Buffer.from(here))).toBe(true);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  test('row 13: has a source map beside it, which finds the source of a line in a stack trace', async () => {
    const { files, map } = await collectWithMap(root);
    const app = Buffer.from(files.get('dist/functions/app.cjs') ?? []).toString();
    const lines = app.split('\n');
    const line = lines.findIndex((text) => text.includes('"../web"'));
    const column = lines[line]?.indexOf('"../web"') ?? -1;
    const origin = new SourceMap(JSON.parse(Buffer.from(map).toString())).findOrigin(
      line + 1,
      column + 1,
    );
    expect(origin).toMatchObject({ fileName: '../../functions/app.ts', lineNumber: 2 });
  });

  test('does not change dist', async () => {
    await build({ root });
    const before = await contentsBelow('dist');
    await collect(root);
    expect(await contentsBelow('dist')).toEqual(before);
  });

  test('holds the files that Core Tools may publish', async () => {
    const lines = (await readFile('.funcignore', 'utf8')).trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('#'))).toEqual([
      '*',
      '!host.json',
      '!package.json',
      '!dist/functions',
      '!dist/web',
    ]);
  });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

async function contentsBelow(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const path of await filesBelow(folder)) {
    contents[path] = await readFile(join(root, path), 'utf8');
  }
  return contents;
}
