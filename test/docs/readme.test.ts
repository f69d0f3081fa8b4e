// Every number of README.md is from bench/RESULTS.md, from another document that says how it comes about, or from the code.

import { expect, test } from '@jest/globals';
import { readParts } from '../../bench/report.ts';
import { BAN_MS } from '../../functions/moderation/flood-guard.ts';
import {
  MAX_HISTORY,
  MAX_NAME_LENGTH,
  MAX_ROOM_LENGTH,
  MAX_TEXT_LENGTH,
} from '../../functions/protocol.ts';
import { MOST_LINES } from '../../functions/room/change.ts';
import { CHECK_AFTER_MS } from '../../functions/room/cleanup-schedule.ts';
import { BILLING_STEP_BYTES } from '../../functions/room/frames.ts';
import { EMULATOR_PORT } from '../../local/access-token.ts';
import { BROWSERS } from '../../local/build/build.ts';
import { PAGE_PORT } from '../../local/stack/settings.ts';
import { PAGE } from '../../web/connection/history-follower.ts';
import { below, declared, read, rowsOf, withCommas } from '../support/documents.ts';

const IN_WORDS = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];
/** A number that a document has in words. */
const inWords = (number: number) => IN_WORDS[number] ?? String(number);

/** The first group of what a text has. Fails if it has nothing like it. */
function find(text: string, pattern: RegExp): string {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined)
    throw new Error(`unable to find ${pattern}; what README.md relies on has gone. Correct both.`);
  return found;
}

/** The rooms in which an idle message costs one transaction and one call, by the part `cost` of the results. */
function flatPrice(): string {
  const cost = new Map(readParts(read('bench/RESULTS.md'))).get('cost')?.output ?? '';
  const [table = ''] = cost.split('**message**')[1]?.split('\n**') ?? [];
  const flat = rowsOf(table)
    .filter(([design]) => design === 'this chat')
    .filter(([, , requests, , , , , , calls]) => requests === '1' && calls === '1')
    .map(([, online = '']) => online);
  return `for ${flat[1]} people online as for ${flat.at(-1)}`;
}

/** The price of the row with 1,000 connections, and what its people do. */
function price(): string {
  const costs = below(read('infra/README.md'), '## What it costs');
  const row = rowsOf(costs).find(([connections]) => connections === '1,000');
  const usd = find(row?.at(-1) ?? '', /≈ ([\d,]+)/);
  const says = find(
    costs,
    /everybody says one line (every \w+ minutes, around the clock, in rooms of \d+)/,
  );
  return `1,000 people cost about ${usd} USD a month, if each says a line ${says}`;
}

const { engines } = JSON.parse(read('package.json'));
const [syntax = '', ...browsers] = BROWSERS;
const [chrome, , firefox, safari] = browsers.map((browser) => browser.replace(/^[a-z]+/, ''));
/** Of a transaction: one for the head, and two for each message with its receipt. */
const operations = MOST_LINES + 2;

/** The parts of sentences that have numbers. */
const CLAIMS: readonly string[] = [
  `Node ${String(engines.node).replace('>=', '')} or newer`,
  `http://localhost:${PAGE_PORT}`,
  `Endpoint=http://127.0.0.1;Port=${EMULATOR_PORT};AccessKey=…;Version=1.0;`,
  flatPrice(),
  price(),
  `within about ${inWords(CHECK_AFTER_MS / 60_000 + 1)} minutes`,
  `at most ${withCommas(MAX_TEXT_LENGTH)} characters, a name ${MAX_NAME_LENGTH}, a room's name ${MAX_ROOM_LENGTH}`,
  `loads ${PAGE} messages at a time, the API up to ${MAX_HISTORY}`,
  `burst ${declared('functions/moderation/flood-guard.ts', 'burst')}, then ${declared('functions/moderation/flood-guard.ts', 'perSecond')} messages per second`,
  `banned from the room for ${inWords(BAN_MS / 60_000)} minutes`,
  `up to ${Math.floor((operations - 1) / 2)} messages, ${MOST_LINES} published lines or ${operations - 1} joins`,
  `have ${find(read('test/stack/chat.test.ts'), /describe\('(\d+) clients in one room'/)} people in one room`,
  `in steps of ${BILLING_STEP_BYTES / 1_024} KB`,
  `takes ${declared('local/service/quota.ts', 'FREE_CONNECTIONS')} concurrent connections and ${withCommas(declared('local/service/quota.ts', 'FREE_MESSAGES_A_DAY'))} messages a day`,
  `Chrome and Edge ${chrome}, Firefox ${firefox} and Safari ${safari} or newer`,
  `the syntax of ${syntax.toUpperCase()}`,
];

/** What the reader sees: without commands of a shell, the numbered steps of the drawing, and the targets of links. */
const seen = (text: string) =>
  text
    .replace(/```sh[\s\S]*?```/g, '')
    .replace(/```text\n[^`]*negotiate[^`]*```/, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/^\| \[.*/gm, '');

const UNITS =
  '(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|people|connections?|messages?|lines|tests|cores|times|MB|KB|USD|percent';
/** A number in digits, or one in words ahead of a unit. */
const NUMBER = new RegExp(
  `[^\\s]*\\d[^\\s]*|\\b(?:${IN_WORDS.slice(2).join('|')}|dozens?|hundreds?|thousands?) (?:\\w+ )?(?:${UNITS})\\b`,
  'g',
);

/** The numbers of a text that are in none of the claims. */
const unfounded = (text: string) =>
  [...CLAIMS.reduce((rest, claim) => rest.replaceAll(claim, ''), seen(text)).matchAll(NUMBER)].map(
    ([number]) => number,
  );

const README = read('README.md');

test('README.md has each claim as its source says it', () => {
  const text = seen(README);
  expect(CLAIMS.filter((claim) => !text.includes(claim))).toEqual([]);
});

test('README.md has no other number', () => {
  expect(unfounded(README)).toEqual([]);
});

test.each([
  ['The chat starts in 0.4 s.', ['0.4']],
  ['It takes about five minutes.', ['five minutes']],
  ['A message reaches hundreds of people.', ['hundreds of people']],
  ['Thousands were here, and 3× faster.', ['3×']],
  [README.replace('burst 30', 'burst 40'), ['40,', '5']],
])('an unfounded number is found: %#', (text, found) => {
  expect(unfounded(text)).toEqual(found);
});
