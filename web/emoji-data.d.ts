// Made by the build: local/build/emoji-data.ts.

declare module 'emoji-data/*' {
  /** One emoji a line with its name and more words: `👍|thumbs up|good|yes`. An empty line ends a group. */
  export const EMOJI: string;
}
