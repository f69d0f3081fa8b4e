// `npm run package:emulator`: the service emulator as an npm package of its own, for people without this repository.
// One JavaScript file with everything that it needs, its types, its licences. It is installed without another package.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { runAsCommand } from '../command.ts';
import { ROOT } from '../root.ts';
import type { Output } from './build.ts';

const NAME = 'signalr-emulator';
const SOURCES = 'local/service/package';
const TYPES_ENTRY = 'package/index.d.ts';
/** Members of the project's package.json that the package has, too. */
const INHERITED = ['version', 'license', 'author', 'repository', 'homepage', 'bugs', 'engines'];
const run = promisify(execFile);

/** The package's files, sorted by path. */
export async function collectEmulator(): Promise<Output> {
  const read = (path: string) => readFile(join(ROOT, path));
  const [{ code, packages }, types, ...texts] = await Promise.all([
    bundle(),
    declarations(),
    read('package.json'),
    read('LICENSE'),
    read(`${SOURCES}/README.md`),
    read(`${SOURCES}/index.cjs`),
    read(`${SOURCES}/command.cjs`),
    read('local/service/inspector.html'),
  ]);
  const [project = '', licence = '', readme = '', index = '', command = '', inspector = ''] = texts;
  const files: [string, string | Uint8Array][] = [
    ['package.json', toPackageJson(String(project))],
    ['LICENSE', licence],
    ['THIRD-PARTY-LICENSES.txt', await licencesOf(packages)],
    ['README.md', readme],
    ['emulator.js', code],
    ['index.js', index],
    ['command.js', command],
    ['inspector.html', inspector],
    ...types,
  ];
  return new Map(
    files
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, contents]) => [path, Buffer.from(contents)]),
  );
}

/** Writes the files to `folder/package`, and the tarball beside it. Returns the tarball's path. */
export async function packEmulator(files: Output, folder: string): Promise<string> {
  const source = join(folder, 'package');
  await rm(source, { recursive: true, force: true });
  for (const [path, contents] of files) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), contents);
  }
  const args = ['pack', source, '--pack-destination', folder, '--json', '--ignore-scripts'];
  const { stdout } = await run('npm', args, { cwd: folder });
  const [packed]: readonly { readonly filename: string }[] = JSON.parse(stdout);
  if (!packed) throw new Error('unable to pack; npm pack names no file. Look at its output.');
  return join(folder, packed.filename);
}

function toPackageJson(project: string): string {
  const own: Record<string, unknown> = JSON.parse(project);
  const inherited = INHERITED.filter((name) => name in own).map((name) => [name, own[name]]);
  const contents = {
    name: NAME,
    description: 'A local Azure SignalR Service in serverless mode, as a command and for tests',
    keywords: ['azure', 'signalr', 'emulator', 'serverless', 'testing'],
    ...Object.fromEntries(inherited),
    type: 'commonjs',
    main: 'index.js',
    types: `types/${TYPES_ENTRY}`,
    exports: {
      '.': { types: `./types/${TYPES_ENTRY}`, default: './index.js' },
      './package.json': './package.json',
    },
    bin: { [NAME]: 'command.js' },
  };
  return `${JSON.stringify(contents, undefined, 2)}\n`;
}

/** CommonJS, because Node starts it faster than modules, and loads it by `import` and `require`. */
async function bundle(): Promise<{ code: string; packages: ReadonlySet<string> }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${SOURCES}/emulator.ts`],
    outfile: 'emulator.js',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Half the bytes for Node to read. Names stay, for the stack of an error.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      'import.meta.dirname': '__dirname',
      // `ws` looks for two optional packages with native code, which save nothing on frames of this size.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
    plugins: [onFirstUse],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return { code: outputFiles[0]?.text ?? '', packages: new Set(packages.sort()) };
}

/** `ws` has a client and compression, which the emulator does not use. Loading their modules takes a twentieth of its start. */
const onFirstUse: Plugin = {
  name: 'on first use',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(https|tls|zlib)$/ }, ({ path, importer }) =>
      importer.includes('/node_modules/ws/') ? { path, namespace: 'on-first-use' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'on-first-use' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, name) => require('node:${path}')[name] });`,
    }));
  },
};

/** The declarations that the package's own ones refer to, below types/. */
async function declarations(): Promise<[string, string][]> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-types-'));
  try {
    const settings = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: join(ROOT, 'local'),
        outDir: join(folder, 'types'),
      },
      files: [join(ROOT, SOURCES, 'index.ts')],
    };
    const project = join(folder, 'tsconfig.json');
    await writeFile(project, JSON.stringify(settings));
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
    return await reachable(join(folder, 'types/service'), TYPES_ENTRY);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function reachable(folder: string, entry: string): Promise<[string, string][]> {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = await readFile(join(folder, path), 'utf8');
    // The package has no `.ts` files, and compilers look for the types of a `.js` file.
    found.set(path, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
    for (const [, target = ''] of text.matchAll(/from '(\.[^']*)\.ts'/g)) {
      waiting.push(posix.join(posix.dirname(path), `${target}.d.ts`));
    }
  }
  return [...found].map(([path, text]) => [`types/${path}`, text]);
}

async function licencesOf(packages: ReadonlySet<string>): Promise<string> {
  const texts = [...packages].map(async (name) => {
    const folder = join(ROOT, 'node_modules', name);
    const { version }: { version: string } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    );
    const licence = (await readdir(folder)).find((file) => /^license$/i.test(file)) ?? 'LICENSE';
    return `${name} ${version}\n\n${await readFile(join(folder, licence), 'utf8')}`;
  });
  return `emulator.js contains these packages.\n\n${(await Promise.all(texts)).join('\n\n')}`;
}

await runAsCommand(import.meta.url, async () => {
  const files = await collectEmulator();
  const tarball = await packEmulator(files, join(ROOT, 'dist/emulator'));
  for (const [name, { byteLength }] of files)
    console.log(`${String(byteLength).padStart(9)}  ${name}`);
  console.log(relative(ROOT, tarball));
});
