// Makes the page's copy of the SignalR client smaller. The client's files stay as they are published: the build leaves out
// what the page never runs: some of them, what is for other platforms than a page, and lines for a log that is off. It
// shortens the names of private members.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Classes that the page never constructs: web/connection/hub.ts sends the HTTP requests itself, and asks for no stateful
 * reconnect, no automatic reconnect and no stream.
 */
const UNUSED: readonly string[] = [
  'DefaultHttpClient',
  'DefaultReconnectPolicy',
  'MessageBuffer',
  'Subject',
];

/** What the client asks about the platform, with the answer in a page. The code for Node then goes, as no branch leads to it. */
const PLATFORM = /\bPlatform\.is(Browser|Node|ReactNative|WebWorker)\b/g;

/** The page's logger drops every line (web/connection/hub.ts), so none is made. */
const LOG = /\b(?=(?:this\._)?logger\.log\()/g;

/** Puts a class that throws in the place of each unused one. The build fails if the client has one of them no more. */
export function smallClient(): Plugin {
  return {
    name: 'small-client',
    setup: ({ onResolve, onLoad, onStart, onEnd }) => {
      const missing = new Set<string>();
      onStart(() => missing.clear());
      onResolve({ filter: /^@microsoft\/signalr$/ }, () => {
        for (const name of UNUSED) missing.add(name);
        return undefined;
      });
      onResolve({ filter: new RegExp(`^\\./(?:${UNUSED.join('|')})$`) }, ({ path, importer }) => {
        if (!/[\\/]@microsoft[\\/]signalr[\\/]/.test(importer)) return undefined;
        const name = path.slice(2);
        missing.delete(name);
        return { path: name, namespace: 'unused', sideEffects: false };
      });
      onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({
        contents: `export class ${path} { constructor() { throw new Error('${path} is left out'); } }`,
      }));
      onLoad(
        { filter: /[\\/]@microsoft[\\/]signalr[\\/]dist[\\/]esm[\\/]\w+\.js$/ },
        async ({ path }) => ({
          contents: (await readFile(path, 'utf8'))
            .replace(PLATFORM, (_, kind) => `${kind === 'Browser'}`)
            .replace(LOG, 'false && '),
        }),
      );
      onEnd(() => ({
        errors: [...missing].map((name) => ({
          text: `@microsoft/signalr has no file ${name}; look at local/build/page-client.ts`,
        })),
      }));
    },
  };
}

/**
 * Matches the names of the client's private members, which the client's own browser build shortens too. The names come
 * from its source, because the sign-in package has names with `_` that a server reads.
 */
export async function privateMembers(root: string): Promise<RegExp> {
  const folder = join(root, 'node_modules/@microsoft/signalr/dist/esm');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const names = texts.flatMap((text): string[] => text.match(/(?<=this\.)_[a-z]\w*/g) ?? []);
  return new RegExp(`^(?:${[...new Set(names)].sort().join('|')})$`);
}
