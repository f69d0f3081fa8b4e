// Puts all code that the page and its later parts share into one file. The bundler makes a file for each set of entry
// points that reach a module, so every further part would cut the page into more and smaller files, which compress worse.

import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Each part imports the page's entry point. It loads after that has run, and each module runs once, so the import does nothing. */
export function oneSharedChunk(root: string, entry: string): Plugin {
  return {
    name: 'one-shared-chunk',
    setup: ({ onResolve, onLoad, resolve }) => {
      const isResolving = Symbol('resolving');
      onResolve(
        { filter: /^\.\.?\// },
        async ({ path, kind, importer, resolveDir, pluginData }) => {
          if (kind !== 'dynamic-import' || pluginData === isResolving) return undefined;
          const options = { kind, importer, resolveDir, pluginData: isResolving };
          const found = await resolve(path, options);
          return { ...found, namespace: 'part' };
        },
      );
      onLoad({ filter: /./, namespace: 'part' }, ({ path }) => {
        const [part, page] = [path, join(root, entry)].map((one) => JSON.stringify(one));
        return {
          contents: `export * from ${part};\nimport ${page};\n`,
          resolveDir: dirname(path),
        };
      });
    },
  };
}
