// Puts all code that the page and its later parts share into one file. The bundler makes a file for each set of entry
// points that reach a module, so every further part would cut the page into more and smaller files, which compress worse.

import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Plugin } from 'esbuild';

/** Our own parts import the page's entry point. They load after it has run, and each module runs once, so that does nothing. */
export function oneSharedChunk(root: string, entry: string): Plugin {
  const web = join(root, 'web') + sep;
  return {
    name: 'one-shared-chunk',
    setup: ({ onResolve, onLoad, resolve }) => {
      const parts = new Set<string>();
      const isResolving = Symbol('resolving');
      onResolve(
        { filter: /^\.\.?\// },
        async ({ path, kind, importer, resolveDir, pluginData }) => {
          if (kind !== 'dynamic-import' || pluginData === isResolving) return undefined;
          const options = { kind, importer, resolveDir, pluginData: isResolving };
          const found = await resolve(path, options);
          if (found.path.startsWith(web)) parts.add(found.path);
          return found;
        },
      );
      onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
        if (!parts.has(path)) return undefined;
        const contents = await readFile(path, 'utf8');
        return {
          contents: `${contents}\nimport ${JSON.stringify(join(root, entry))};\n`,
          loader: path.endsWith('.tsx') ? 'tsx' : 'ts',
        };
      });
    },
  };
}
