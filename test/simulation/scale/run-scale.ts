// `npm run simulate -- --scale`: prints the tables of docs/scale.md, row by row.

import { CONNECTIONS_PER_UNIT, connectsPerSecond } from './limits.ts';
import { type Measured, measure, type Scenario } from './scenarios.ts';

type Row = readonly [title: string, scenario: Omit<Scenario, 'seed'>];

interface Table {
  readonly title: string;
  readonly first: string;
  readonly columns: readonly (readonly [title: string, of: (measured: Measured) => string])[];
  readonly rows: readonly Row[];
}

const whole = (value: number) =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–';
const short = (value: number) =>
  Number.isFinite(value) ? value.toFixed(value < 10 ? 1 : 0) : 'never';

const JOINS = [
  ['joins a second', ({ joinsPerSecond }: Measured) => whole(joinsPerSecond)],
  ['join p50, ms', ({ joinP50 }: Measured) => whole(joinP50)],
  ['p99, ms', ({ joinP99 }: Measured) => whole(joinP99)],
  ['given up', ({ givenUp }: Measured) => whole(givenUp)],
  ['conflicts a join', ({ conflictsPerJoin }: Measured) => conflictsPerJoin.toFixed(2)],
  ['requests a join', ({ requestsPerJoin }: Measured) => requestsPerJoin.toFixed(2)],
  ['right count after, s', ({ rightAfterSeconds }: Measured) => short(rightAfterSeconds)],
  ['billed a person', ({ billedPerPerson }: Measured) => short(billedPerPerson)],
] as const;

const MESSAGES = [
  ['message p50 in the storm, ms', ({ messageP50 }: Measured) => whole(messageP50)],
  ['requests a message', ({ requestsPerMessage }: Measured) => requestsPerMessage.toFixed(1)],
  ['entities a message', ({ entitiesPerMessage }: Measured) => entitiesPerMessage.toFixed(1)],
] as const;

/** As fast as the units let them that such a room needs. */
const comesBack = (people: number, instances: number): Row => [
  `${whole(people)} people, ${instances === 1 ? '1 instance' : `${instances} instances`}`,
  {
    rooms: 1,
    people,
    instances,
    shards: 0,
    connectsPerSecond: connectsPerSecond(people / CONNECTIONS_PER_UNIT),
  },
];

const SHARDED_PEOPLE = 20_000;
const withShards = (shards: number): Row => [
  shards === 0 ? 'today' : shards === 1 ? '1 shard' : `${shards} shards`,
  { rooms: 1, people: SHARDED_PEOPLE, instances: 50, shards, connectsPerSecond: 20_000 },
];

const manyRooms = (rooms: number, people: number, instances: number): Row => [
  `${whole(rooms)} rooms of ${whole(people)}, ${instances} instances`,
  {
    rooms,
    people,
    instances,
    shards: 0,
    connectsPerSecond: connectsPerSecond((rooms * people) / CONNECTIONS_PER_UNIT),
  },
];

export const TABLES: readonly Table[] = [
  {
    title: 'One room comes back at once, in the layout of today',
    first: 'room',
    columns: JOINS,
    rows: [
      ...[100, 1_000, 10_000].flatMap((people) => [1, 10, 50].map((n) => comesBack(people, n))),
      comesBack(100_000, 50),
    ],
  },
  {
    title: `${whole(SHARDED_PEOPLE)} people come at once into one room, 50 instances`,
    first: 'layout',
    columns: [...JOINS, ...MESSAGES],
    rows: [0, 1, 4, 16, 64].map(withShards),
  },
  {
    title: 'Many rooms come back at once, in the layout of today',
    first: 'rooms',
    columns: JOINS,
    rows: [manyRooms(100, 1_000, 50), manyRooms(1_000, 1_000, 10)],
  },
];

/** One row of a table, in Markdown. The same seed gives the same row. */
export async function rowOf({ columns }: Table, [title, scenario]: Row): Promise<string> {
  const measured = await measure({ ...scenario, seed: 1 });
  return `| ${title} | ${columns.map(([, of]) => of(measured)).join(' | ')} |`;
}

export async function runScale(print: (line: string) => void): Promise<void> {
  for (const table of TABLES) {
    const titles = table.columns.map(([title]) => title);
    print(`**${table.title}**\n`);
    print(`| ${[table.first, ...titles].join(' | ')} |`);
    print(`|---|${titles.map(() => '---:|').join('')}`);
    for (const row of table.rows) print(await rowOf(table, row));
    print('');
  }
}
