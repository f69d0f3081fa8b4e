// What a client may write into each part of each message, in both hub protocols.
// Truth: the readers of ASP.NET Core 10 (JsonHubProtocol, MessagePackHubProtocol), each row observed on them, and HubProtocol.md.

export const ABSENT = Symbol('absent');

/** Each part gets each of these. */
export const VALUES: readonly unknown[] = [
  ABSENT,
  null,
  1,
  1.5,
  true,
  'x',
  '',
  [],
  {},
  ['a'],
  [1],
  [null],
  { a: 1 },
  { a: 'b' },
  { a: null },
  { a: {} },
];

const TEXT = ['x', ''];
const ARRAY = [[], ['a'], [1], [null]];
const TEXTS = [[], ['a']];
const HEADERS = [{}, { a: 'b' }];

/** The values that a JSON member takes unless the type of the message says otherwise. */
const MEMBERS: Readonly<Record<string, readonly unknown[]>> = {
  invocationId: [ABSENT, ...TEXT],
  target: [ABSENT, ...TEXT],
  arguments: [ABSENT, ...ARRAY],
  streamIds: [ABSENT, ...TEXTS],
  headers: [ABSENT, ...HEADERS],
  item: VALUES,
  result: VALUES,
  error: [ABSENT, ...TEXT],
  allowReconnect: [ABSENT, true],
  sequenceId: [ABSENT, null, 1],
  extra: VALUES,
};

const REQUIRED = { id: ['x'], target: ['x'], sequence: [1] };

interface JsonKind {
  readonly valid: Readonly<Record<string, unknown>>;
  readonly members?: Readonly<Record<string, readonly unknown[]>>;
}

const JSON_KINDS: Readonly<Record<string, JsonKind>> = {
  invocation: {
    valid: { type: 1, target: 't', arguments: [] },
    members: { target: REQUIRED.target, arguments: ARRAY },
  },
  'stream item': {
    valid: { type: 2, invocationId: '1', item: 1 },
    members: { invocationId: REQUIRED.id, item: VALUES.filter((value) => value !== ABSENT) },
  },
  completion: {
    valid: { type: 3, invocationId: '1' },
    members: { invocationId: REQUIRED.id },
  },
  'stream invocation': {
    valid: { type: 4, invocationId: '1', target: 't', arguments: [] },
    members: { invocationId: REQUIRED.id, target: REQUIRED.target, arguments: ARRAY },
  },
  cancellation: {
    valid: { type: 5, invocationId: '1' },
    members: { invocationId: REQUIRED.id },
  },
  ping: { valid: { type: 6 } },
  close: { valid: { type: 7 } },
  acknowledgement: {
    valid: { type: 8, sequenceId: 1 },
    members: { sequenceId: REQUIRED.sequence },
  },
  sequence: { valid: { type: 9, sequenceId: 1 }, members: { sequenceId: REQUIRED.sequence } },
  'message of a later protocol': { valid: { type: 99 } },
};

/** The values that each element of a MessagePack array takes, from the second on. */
const MESSAGEPACK_KINDS: Readonly<
  Record<
    string,
    { readonly valid: readonly unknown[]; readonly elements: readonly (readonly unknown[])[] }
  >
> = {
  invocation: {
    valid: [1, {}, '1', 't', [], []],
    elements: [HEADERS, [null, ...TEXT], ['x'], ARRAY, [ABSENT, ...TEXTS]],
  },
  'stream item': {
    valid: [2, {}, '1', 'item'],
    elements: [HEADERS, ['x'], VALUES.filter((value) => value !== ABSENT)],
  },
  'completion with a result': {
    valid: [3, {}, '1', 3, 'result'],
    elements: [HEADERS, ['x'], [1], VALUES.filter((value) => value !== ABSENT)],
  },
  'completion without a result': {
    valid: [3, {}, '1', 2],
    elements: [HEADERS, ['x']],
  },
  'completion with an error': {
    valid: [3, {}, '1', 1, 'error'],
    elements: [HEADERS, ['x'], [1], [null, ...TEXT]],
  },
  'stream invocation': {
    valid: [4, {}, '1', 't', [], []],
    elements: [HEADERS, ['x'], ['x'], ARRAY, [ABSENT, ...TEXTS]],
  },
  cancellation: { valid: [5, {}, '1'], elements: [HEADERS, ['x']] },
  ping: { valid: [6], elements: [VALUES] },
  close: {
    valid: [7, null, true],
    elements: [
      [null, ...TEXT],
      [ABSENT, true],
    ],
  },
  acknowledgement: { valid: [8, 1], elements: [[1]] },
  sequence: { valid: [9, 1], elements: [[1]] },
  'message of a later protocol': { valid: [99], elements: [VALUES] },
};

export interface MessageRow {
  readonly kind: string;
  /** The member's name, or the number of the element. */
  readonly part: string;
  readonly takes: readonly unknown[];
  /** The message with this value as its part. */
  readonly with: (value: unknown) => object;
}

export const JSON_ROWS: readonly MessageRow[] = Object.entries(JSON_KINDS).flatMap(
  ([kind, { valid, members }]) =>
    Object.entries({ ...MEMBERS, ...members }).map(([part, takes]) => ({
      kind,
      part,
      takes,
      with: (value: unknown) => {
        const { [part]: _, ...others } = valid;
        return value === ABSENT ? others : { ...others, [part]: value };
      },
    })),
);

export const MESSAGEPACK_ROWS: readonly MessageRow[] = Object.entries(MESSAGEPACK_KINDS).flatMap(
  ([kind, { valid, elements }]) =>
    elements.map((takes, index) => ({
      kind,
      part: `element ${index + 1}`,
      takes,
      // Without an element there is none after it.
      with: (value: unknown) =>
        value === ABSENT
          ? valid.slice(0, index + 1)
          : [...valid.slice(0, index + 1), value, ...valid.slice(index + 2)],
    })),
);
