// Limits and times of PROTOCOL.md, ARCHITECTURE.md and the settings: the numbers are those of the code.

import { describe, expect, test } from '@jest/globals';
import { GUEST_TOKEN_LIFETIME_SECONDS } from '../../functions/identity/guest-token.ts';
import { TICKET_LIFETIME_SECONDS } from '../../functions/identity/ticket.ts';
import { BAN_MS, PLACES } from '../../functions/moderation/flood-guard.ts';
import * as protocol from '../../functions/protocol.ts';
import { MOST_LINES } from '../../functions/room/change.ts';
import { MAX_WINDOW_MS } from '../../functions/room/presence-budget.ts';
import { readSettings } from '../../functions/settings.ts';
import { declared, filesBelow, findAll, read, rowsOf, withCommas } from '../support/documents.ts';

const DAY_SECONDS = 24 * 60 * 60;
const MINUTE_MS = 60_000;
/** Of a transaction: one for the head, and two for each message with its receipt. */
const OPERATIONS = MOST_LINES + 2;
const FLOOD = 'functions/moderation/flood-guard.ts';
const SEARCHES = 'functions/moderation/search-limits.ts';
const NOTES = 'functions/service/unread-notes.ts';
const PRESENCE = 'functions/room/presence-budget.ts';
const burst = declared(FLOOD, 'burst');
const perSecond = declared(FLOOD, 'perSecond');
const refusals = declared(FLOOD, 'REFUSALS_BEFORE_BAN');
const atOnce = declared(PRESENCE, 'IMMEDIATE_UP_TO');
const fullFrom = declared(PRESENCE, 'FULL_WINDOW_FROM');
const firstPause = declared(NOTES, 'FIRST_PAUSE_MS') / 1_000;
const KIB = 1_024;

/** The short and the long size of a test. */
function sizesOf(file: string, name: string): readonly [short: string, long: string] {
  const [, short = '', long = ''] =
    new RegExp(`const ${name} = sized\\(([\\d_]+), ([\\d_]+)\\)`).exec(read(file)) ?? [];
  const [a, b] = [short, long].map((size) => withCommas(Number(size.replaceAll('_', ''))));
  return [a ?? '', b ?? ''];
}
const seeds = sizesOf('test/simulation/simulation.test.ts', 'SEEDS');
const people = sizesOf('test/stack/chaos.test.ts', 'PEOPLE');
const lines = sizesOf('test/stack/publish.test.ts', 'LINES');
/** Of all properties, in the soak. */
const mostRuns = Math.max(
  ...filesBelow('test', '.test.ts').flatMap((file) =>
    findAll(read(file), /\bruns\(([\d_]+)\)/g).map((runs) => Number(runs.replaceAll('_', ''))),
  ),
);

/** Parts of sentences with the numbers that the code has. */
const CLAIMS: Readonly<Record<string, readonly string[]>> = {
  'PROTOCOL.md': [
    `1 to ${protocol.MAX_ROOM_LENGTH} letters, digits,`,
    `1 to ${protocol.MAX_NAME_LENGTH} characters after NFC`,
    `1 to ${withCommas(protocol.MAX_TEXT_LENGTH)} characters, at least one`,
    `one emoji, at most ${protocol.MAX_EMOJI_LENGTH} code points`,
    `1 to ${protocol.MAX_ID_LENGTH} characters. No control characters`,
    `1 to ${protocol.MAX_USER_ID_BYTES} bytes in UTF-8`,
    `Answers to \`GET\` from ${declared('functions/http/compression.ts', 'LEAST_BYTES') / KIB} KB on`,
    `opens a connection for ${TICKET_LIFETIME_SECONDS} seconds`,
    `more than ${TICKET_LIFETIME_SECONDS} seconds old`,
    `valid for ${GUEST_TOKEN_LIFETIME_SECONDS / DAY_SECONDS} days`,
    `Secure over https, ${declared('functions/identity/guest.ts', 'COOKIE_LIFETIME_SECONDS') / DAY_SECONDS} days`,
    `\`limit\` is 1 to ${protocol.MAX_HISTORY}, default ${protocol.MAX_HISTORY}`,
    `of the last ${withCommas(protocol.REACTED_MESSAGES)} messages whose reactions`,
    `\`limit\` is 1 to ${protocol.MAX_HITS}, default ${protocol.MAX_HITS}`,
    `One call looks at ${withCommas(protocol.SEARCHED_AT_ONCE)} messages`,
    `${declared(SEARCHES, 'MOST_OF_A_ROOM_AT_A_TIME')} searches of a room and ${declared(SEARCHES, 'MOST_AT_A_TIME')} of a process at once`,
    `at most ${protocol.MAX_PLACES} rooms each and ${declared('functions/http/reading.ts', 'MAX_BODY_BYTES') / KIB} KiB`,
    `after ${PLACES.burst} writes at once or more than one in ${PLACES.perSecond === 0.5 ? 'two seconds' : '?'}`,
    `at most ${declared('functions/http/published.ts', 'MAX_BODY_BYTES') / KIB / KIB} MiB, in UTF-8`,
    `one message per line, at most ${withCommas(declared('functions/http/published.ts', 'MAX_LINES'))}`,
    `Lines are stored ${MOST_LINES} at a time`,
    `at most ${declared('functions/moderation/reason.ts', 'MAX_REASON_LENGTH')} characters, empty without a reason`,
    `up to ${withCommas(declared('functions/http/disconnect.ts', 'MAX_BAN_MINUTES'))}, a leap year`,
    `at most ${declared('functions/http/rooms.ts', 'MOST_ROOMS')} (\`limit\`)`,
    `up to ${withCommas(declared('functions/http/export-room.ts', 'MOST_MESSAGES'))} messages after number S`,
    `after ${declared('functions/http/time-limit.ts', 'TIME_LIMIT_MS') / 1_000} seconds if there is more`,
    `at most ${protocol.MAX_MENTIONS} ids of users, each with at most ${protocol.MAX_USER_ID_BYTES} bytes`,
    `Burst ${burst}, then ${perSecond} per second and user`,
    `After ${refusals} refusals`,
    `from the room for ${BAN_MS / MINUTE_MS} minutes and the connection`,
    `\`minutes\` is 1 to ${withCommas(declared('functions/hub/ban.ts', 'MAX_BAN_MINUTES'))}, a week`,
    `at most ${protocol.MAX_EMOJIS} different emoji and ${withCommas(protocol.MAX_REACTIONS)} reactions`,
    `At most ${protocol.MAX_WATCHED} rooms`,
    `list at most ${protocol.MAX_LISTED} each`,
    `at once up to ${atOnce} online, then at most once per window: ${MAX_WINDOW_MS / 1_000} s × (online − ${atOnce}) / ${fullFrom - atOnce}, and ${MAX_WINDOW_MS / 1_000} s from ${withCommas(fullFrom)} on`,
    `after ${[0, 1, 2, 3, 4].map((power) => firstPause * 2 ** power).join(', ')} and then every ${declared(NOTES, 'LONGEST_PAUSE_MS') / 1_000} seconds`,
    `The page waits ${declared('web/connection/connection.ts', 'WELCOME_LIMIT_MS') / 1_000} seconds`,
    `Direct requests time out after ${declared('functions/service/signalr-rest.ts', 'REQUEST_TIMEOUT_MS') / 1_000} seconds`,
  ],
  'ARCHITECTURE.md': [
    `at most ${OPERATIONS} operations, one of them for \`head\`: ${OPERATIONS - 1} joins, ${Math.floor((OPERATIONS - 1) / 2)} messages, or ${MOST_LINES} lines`,
    `more than ${declared('functions/room/room-writer.ts', 'PRESENCE_BESIDE_TALK')} joins and leaves`,
    `For the next ${declared('functions/room/room-committer.ts', 'CONTENDED_FOR_MS') / 1_000} s this process reads`,
    `no success within ${declared('functions/room/pending-change.ts', 'RETRY_FOR_MS') / 1_000} s is given up`,
    `at once up to ${atOnce} online`,
    `to ${MAX_WINDOW_MS / 1_000} s at ${withCommas(fullFrom)}`,
    `the \`head\` of up to ${withCommas(declared('functions/room/room-log.ts', 'REMEMBERED_ROOMS'))} rooms`,
    `typing notes of up to ${withCommas(declared('functions/moderation/typing-budget.ts', 'REMEMBERED_USERS'))} users`,
    `the unread notes of up to ${withCommas(declared(NOTES, 'MOST_PACES'))} groups`,
    `the members of up to ${declared('functions/room/room-views.ts', 'MOST_ROOMS')} rooms`,
    `nothing more after ${declared('functions/timer/cleanup.ts', 'RUN_MS') / 1_000} seconds`,
    `a burst of ${burst} messages and ${perSecond} per second`,
    `after ${refusals} refusals the user`,
    `of ${withCommas(declared('functions/room/tallies.ts', 'GROUPS'))} groups of users`,
    `the ${protocol.MAX_PLACES} rooms read last`,
    `Every test run has ${seeds[0]} seeded storms, the soak (\`npm run test:soak\`) has ${seeds[1]}`,
    `${people[0]} people go on writing, and ${people[1]} in the soak`,
  ],
  'CONTRIBUTING.md': [
    `at full length: ${people[1]} people, ${lines[1]} lines, ${seeds[1]} seeds, up to ${withCommas(mostRuns)} runs of a property`,
    `at most ${declared('test/support/sizes.ts', 'SHORT_RUNS')} runs in \`npm test\``,
  ],
};

test.each(Object.entries(CLAIMS))('%s has the numbers of the code', (file, claims) => {
  const text = read(file);
  expect(claims.filter((claim) => !text.includes(claim))).toEqual([]);
});

test('a number that has changed on either side is noticed', () => {
  const changed = read('PROTOCOL.md').replaceAll('1 to 64 letters', '1 to 65 letters');
  expect(CLAIMS['PROTOCOL.md']?.filter((claim) => !changed.includes(claim))).toHaveLength(1);
  expect(() => declared(FLOOD, 'NO_SUCH_NUMBER')).toThrow(/unable to find NO_SUCH_NUMBER/);
});

describe('docs/settings.md', () => {
  const BY_KEY = {
    AzureSignalRConnectionString: 'Endpoint=http://localhost;AccessKey=a',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  const rows = rowsOf(read('docs/settings.md')).map(([name = '', means = '', otherwise = '']) => ({
    name: name.replaceAll('`', ''),
    range: /(?:, | )([\d,]+) to ([\d,]+)/.exec(means.replace(/\([^)]*\)/g, '')),
    otherwise: /^`([^`]+)`$/.exec(otherwise)?.[1],
  }));
  const number = (text = '') => Number(text.replaceAll(',', ''));

  const ranges = rows.filter(({ name, range }) => name.startsWith('CHAT_') && range !== null);
  test.each(ranges)('$name has the range that it says', ({ name, range }) => {
    const [, least, most] = range ?? [];
    const take = (value: number) => () => readSettings({ ...BY_KEY, [name]: String(value) });
    for (const value of [number(least), number(most)]) expect(take(value)).not.toThrow();
    for (const value of [number(least) - 1, number(most) + 1]) expect(take(value)).toThrow(name);
  });

  test('says the range of some', () => {
    expect(ranges.length).toBeGreaterThan(4);
  });

  const defaults = rows.filter(
    ({ name, otherwise }) =>
      name.startsWith('CHAT_') && otherwise !== undefined && name !== 'CHAT_STORAGE',
  );
  test.each(defaults)('$name is $otherwise if it is not set', ({ name, otherwise }) => {
    expect(readSettings({ ...BY_KEY, [name]: otherwise ?? '' })).toEqual(readSettings(BY_KEY));
  });
});

test('infra/README.md says the defaults of the parameters', () => {
  const bicep = new Map(
    [...read('infra/main.bicep').matchAll(/^param (\w+) [^=\n]+ = '?([\w.-]+)'?$/gm)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
  const said = rowsOf(read('infra/README.md')).flatMap(([name = '', otherwise = '']) => {
    const [, parameter = ''] = /^`(\w+)`$/.exec(name) ?? [];
    const [, value = ''] = /^`([\w.-]+)`$/.exec(otherwise) ?? [];
    return bicep.has(parameter) && value !== '' ? [[parameter, value]] : [];
  });
  expect(said.length).toBeGreaterThan(12);
  expect(said).toEqual(said.map(([name = '']) => [name, bicep.get(name)]));
});
