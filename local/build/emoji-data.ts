// The emoji of the picker, one file for each language: of emojibase-data only what the page shows and searches. The data of a
// language is 750 KB there, and 36 KB as gzip here.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';
import { parseEmoji } from '../../functions/protocol.ts';

/** Devices of the last years have these in their fonts. Source: emojipedia.org/emoji-15.0 */
const LATEST_VERSION = 15;
/** The groups of Unicode without its components, such as skin colours alone. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];

interface Entry {
  readonly emoji: string;
  readonly label: string;
  readonly version: number;
  readonly group?: number;
  readonly order?: number;
  readonly tags?: readonly string[];
}

const require = createRequire(import.meta.url);

function pathOf(language: string): string {
  return require.resolve(`emojibase-data/${language}/data.json`);
}

/**
 * Every emoji of a language, one a line: `👍|thumbs up|+1|good|yes`. An empty line ends a group. In the order of Unicode, and in
 * the form in which the functions store a reaction. Without skin colours.
 */
export async function readEmoji(language: string): Promise<string> {
  const all: readonly Entry[] = JSON.parse(await readFile(pathOf(language), 'utf8'));
  const groups = GROUPS.map((group) =>
    all
      .filter((one) => one.group === group && one.version <= LATEST_VERSION)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
      .map(({ emoji, label, tags = [] }) => {
        const others = tags.filter((tag) => !label.includes(tag));
        return [parseEmoji(emoji), label, ...others].join('|');
      })
      .join('\n'),
  );
  return groups.join('\n\n');
}

/** Makes `import { EMOJI } from 'emoji-data/en'` the text of {@link readEmoji}. */
export function emojiData(): Plugin {
  return {
    name: 'emoji-data',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^emoji-data\// }, ({ path }) => {
        const language = path.slice('emoji-data/'.length);
        return { path: pathOf(language), pluginData: { language } };
      });
      onLoad({ filter: /emojibase-data[\\/]\w+[\\/]data\.json$/ }, async ({ pluginData }) => {
        const text = await readEmoji(pluginData.language);
        return { contents: `export const EMOJI = ${JSON.stringify(text)};`, loader: 'js' };
      });
    },
  };
}
