// One case for each kind of change, against one room. The compiler requires a case for a new kind.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ChatMessage, ReactionChange, Reactor } from '../../../functions/protocol.ts';
import {
  type Change,
  DONE,
  IMPORTING,
  type Outcome,
  type Outcomes,
  type Prepared,
  type PreparedOf,
  type ReactedMessage,
} from '../../../functions/room/change.ts';
import { planCommit } from '../../../functions/room/commit.ts';
import type { Found } from '../../../functions/room/kinds/kind.ts';
import { kindOf } from '../../../functions/room/kinds/kinds.ts';
import {
  digestOf,
  EMPTY_HEAD,
  editDigestOf,
  type Head,
  toBanRow,
  toConnectionRow,
  toDeletedRow,
  toEditedRow,
  toHeadRow,
  toMessageRow,
  toReceiptRow,
} from '../../../functions/room/rows.ts';
import type { Operation, Row, StoredRow } from '../../../functions/room/table.ts';

const HEAD: Head = {
  ...EMPTY_HEAD,
  revision: 7,
  seq: 20,
  online: 2,
  bannedUntil: 500,
  presenceAt: 900,
  activeAt: 900,
  lastLine: 18,
};
const CONTEXT = { room: 'lobby', now: 1_000, commit: 'c7', cleanupAt: 0 };
const ADA = { userId: 'ada', name: 'Ada' };
const MEMBER = { connectionId: 'x', ...ADA };
const OPEN = { ...MEMBER, connectedAt: 800, closedAt: 0, open: true, commit: 'c2' };
const TOMBSTONE = { ...OPEN, open: false, closedAt: 950 };
const receiptOf = (...texts: readonly string[]) => {
  return { seq: 19, sentAt: 700, online: 3, digest: digestOf(texts), commit: 'c3' };
};
const CONFLICT = { kind: 'happened', outcome: { kind: 'conflict' } } as const;
const SAID: ChatMessage = { seq: 4, id: 'm4', ...ADA, text: 'hi', sentAt: 300 };
const SAID_ROW: StoredRow = { ...toMessageRow(SAID), etag: 'e4' };
const NOTICE: ChatMessage = { ...SAID, seq: 9, id: 'm9', text: 'hey', sentAt: 400, edits: 4 };
const NOTICE_ROW: StoredRow = { ...toMessageRow(NOTICE), etag: 'e9' };
const EDITED_ROW: StoredRow = { ...toEditedRow(SAID_ROW, NOTICE, 'c4'), etag: 'e4' };
const EDIT = { kind: 'edit', id: 'e', text: 'ho', ...ADA, isRepeatOnly: false } as const;
const STALE = { kind: 'happened', outcome: { kind: 'stale' } } as const;
const REACTED: ReactedMessage = {
  row: SAID_ROW,
  reactions: [{ emoji: '👍', named: [{ userId: 'bob', name: 'Bob' }], others: [] }],
  added: [{ userId: 'bob', name: 'Bob', emoji: '👍' }],
  removed: [],
};
const STORED = { kind: 'stored', sentAt: 1_000, online: 2 } as const;
const DEFAULT_HEAD = {
  revision: 8,
  seq: 20,
  online: 2,
  first: 1,
  closed: '',
  bannedUntil: 500,
  activeAt: 900,
  listed: false,
  watchedUntil: 0,
  lastLine: 18,
};

interface Case<Ready extends Prepared = Prepared, Result extends Outcome = Outcome> {
  /** Fields of the head before the change, if they matter. */
  readonly before?: Partial<Head>;
  readonly change: Ready;
  /** The rows that the change writes beside the head, e.g. `insert c:x`. */
  readonly writes: readonly string[];
  readonly operations: number;
  /** Numbers and texts, e.g. `21 hi`. */
  readonly messages?: readonly string[];
  readonly joined?: readonly string[];
  readonly left?: readonly string[];
  /** The changed fields of the head, without the revision. `unchanged` if there is no commit. */
  readonly head: Partial<Head> | 'unchanged';
  readonly outcome: Result;
  readonly broadcastBy: 'caller' | 'writer';
  /** As text: the message, the revision, each emoji with its count and names, and who added or removed one. */
  readonly reactions?: readonly string[];
  readonly admits?: string | readonly string[];
  readonly readsRowFirst?: boolean;
  /** What a row with the change's key shows. The first entry is for no row. */
  readonly found: readonly (readonly [row: Row | undefined, says: Found<Outcome>])[];
}

const NEW = { kind: 'new', leaveRow: 'none' } as const;
const UNKNOWN = { kind: 'unknown' } as const;
const HAPPENED = { kind: 'happened', outcome: DONE } as const;
const HEAD_ONLY = {
  writes: [],
  operations: 0,
  outcome: DONE,
  broadcastBy: 'writer',
  found: [
    [undefined, NEW],
    [toHeadRow(HEAD), UNKNOWN],
  ],
} as const;

const EMPTY = { ...EMPTY_HEAD };
const IMPORT = { kind: 'import', activeAt: 600, closed: IMPORTING } as const;
const LINE = { ...SAID, id: 't.1', userId: 'app' };
const IMPORTED = {
  outcome: DONE,
  broadcastBy: 'writer',
  found: [
    [undefined, NEW],
    [SAID_ROW, UNKNOWN],
  ],
} as const;

const CASES: {
  readonly [Kind in Change['kind']]: readonly Case<PreparedOf<Kind>, Outcomes[Kind]>[];
} = {
  join: [
    {
      change: { kind: 'join', ...MEMBER },
      writes: ['insert c:x'],
      operations: 1,
      joined: ['x'],
      head: { online: 3, activeAt: 1_000, listed: true },
      outcome: { kind: 'joined', revision: 8, seq: 20, online: 3, creator: '' },
      broadcastBy: 'caller',
      admits: 'ada',
      found: [
        [undefined, NEW],
        [
          toConnectionRow(OPEN),
          {
            kind: 'happened',
            outcome: { kind: 'joined', revision: 7, seq: 20, online: 2, creator: '' },
          },
        ],
        [toConnectionRow(TOMBSTONE), { kind: 'happened', outcome: { kind: 'gone' } }],
      ],
    },
  ],
  leave: [
    {
      change: {
        kind: 'leave',
        connectionId: 'x',
        row: { member: MEMBER, connectedAt: 800, etag: 'e1' },
      },
      writes: ['replace c:x'],
      operations: 1,
      left: ['x'],
      head: { online: 1, activeAt: 1_000 },
      outcome: DONE,
      broadcastBy: 'caller',
      readsRowFirst: true,
      found: [
        [undefined, NEW],
        [
          toConnectionRow(OPEN),
          { kind: 'new', leaveRow: { member: MEMBER, connectedAt: 800, etag: 'stored' } },
        ],
        [toConnectionRow(TOMBSTONE), HAPPENED],
      ],
    },
    {
      // It closed before its join.
      change: { kind: 'leave', connectionId: 'x', row: 'none' },
      writes: ['insert c:x'],
      operations: 1,
      head: { activeAt: 1_000 },
      outcome: DONE,
      broadcastBy: 'caller',
      readsRowFirst: true,
      found: [[undefined, NEW]],
    },
  ],
  send: [
    {
      change: { kind: 'send', id: 'a', text: 'hi', ...ADA },
      writes: ['insert i:ada:a', 'insert m:0000000000000021'],
      operations: 2,
      messages: ['21 hi'],
      head: { seq: 21, activeAt: 1_000, listed: true, lastLine: 21 },
      outcome: { ...STORED, seq: 21 },
      broadcastBy: 'caller',
      admits: 'ada',
      found: [
        [undefined, NEW],
        [
          toReceiptRow('ada', 'a', receiptOf('hi')),
          {
            kind: 'happened',
            outcome: { kind: 'stored', seq: 19, sentAt: 700, online: 3 },
            stored: { last: 19, count: 1 },
          },
        ],
        [toReceiptRow('ada', 'a', receiptOf('ho')), CONFLICT],
      ],
    },
  ],
  publish: [
    {
      change: {
        kind: 'publish',
        lines: [
          { id: 'a', text: 'one' },
          { id: 'b', text: 'two' },
        ],
        ...ADA,
      },
      writes: ['insert i:ada:a:text', 'insert m:0000000000000021', 'insert m:0000000000000022'],
      operations: 3,
      messages: ['21 one', '22 two'],
      head: { seq: 22, activeAt: 1_000, listed: true, lastLine: 22 },
      outcome: { ...STORED, seq: 22 },
      broadcastBy: 'caller',
      admits: 'ada',
      found: [
        [undefined, NEW],
        [
          toReceiptRow('ada', 'a', receiptOf('one', 'two'), 'text'),
          {
            kind: 'happened',
            outcome: { kind: 'stored', seq: 19, sentAt: 700, online: 3 },
            stored: { last: 19, count: 2 },
          },
        ],
        [toReceiptRow('ada', 'a', receiptOf('one'), 'text'), CONFLICT],
        [toReceiptRow('ada', 'a', receiptOf('one', 'two', 'three'), 'text'), CONFLICT],
        [toReceiptRow('ada', 'a', receiptOf('onetwo', ''), 'text'), CONFLICT],
      ],
    },
  ],
  delete: [
    {
      change: {
        kind: 'delete',
        messageRow: SAID_ROW,
        announcementRow: undefined,
        userId: 'moderator',
        name: 'Moderator',
      },
      writes: ['replace m:0000000000000004', 'insert m:0000000000000021'],
      operations: 2,
      messages: ['21 '],
      head: { seq: 21 },
      outcome: DONE,
      broadcastBy: 'caller',
      found: [
        // The message has expired.
        [undefined, HAPPENED],
        // It was edited since it was read.
        [SAID_ROW, STALE],
        [toDeletedRow(SAID_ROW, 18, 'c5'), { ...HAPPENED, stored: { last: 18, count: 1 } }],
      ],
    },
    {
      // The message was removed before.
      change: {
        kind: 'delete',
        messageRow: { ...toDeletedRow(SAID_ROW, 18, 'c5'), etag: 'e5' },
        announcementRow: undefined,
        userId: 'moderator',
        name: 'Moderator',
      },
      writes: ['replace m:0000000000000004', 'insert m:0000000000000021'],
      operations: 2,
      messages: ['21 '],
      head: { seq: 21 },
      outcome: DONE,
      broadcastBy: 'caller',
      readsRowFirst: true,
      found: [],
    },
    {
      // Its author removes an edited message.
      change: { kind: 'delete', messageRow: EDITED_ROW, announcementRow: NOTICE_ROW, ...ADA },
      writes: [
        'replace m:0000000000000004',
        'insert m:0000000000000021',
        'replace m:0000000000000009',
      ],
      operations: 3,
      messages: ['21 '],
      head: { seq: 21 },
      outcome: DONE,
      broadcastBy: 'caller',
      admits: 'ada',
      found: [],
    },
  ],
  edit: [
    {
      change: { ...EDIT, messageRow: SAID_ROW, announcementRow: undefined },
      writes: ['insert i:ada:e', 'replace m:0000000000000004', 'insert m:0000000000000021'],
      operations: 3,
      messages: ['21 ho'],
      head: { seq: 21 },
      outcome: { ...STORED, seq: 21 },
      broadcastBy: 'caller',
      admits: 'ada',
      found: [
        [undefined, STALE],
        [
          toReceiptRow('ada', 'e', { ...receiptOf(), digest: editDigestOf(4, 'ho') }),
          {
            kind: 'happened',
            outcome: { kind: 'stored', seq: 19, sentAt: 700, online: 3 },
            stored: { last: 19, count: 1 },
          },
        ],
        // The id of a message, of an edit of another message, and of another text.
        [toReceiptRow('ada', 'e', receiptOf('ho')), CONFLICT],
        [toReceiptRow('ada', 'e', { ...receiptOf(), digest: editDigestOf(5, 'ho') }), CONFLICT],
        [toReceiptRow('ada', 'e', { ...receiptOf(), digest: editDigestOf(4, 'hi') }), CONFLICT],
      ],
    },
    {
      // An edit after another one, which is not allowed any more.
      change: {
        ...EDIT,
        messageRow: EDITED_ROW,
        announcementRow: NOTICE_ROW,
        isRepeatOnly: true,
      },
      writes: [
        'insert i:ada:e',
        'replace m:0000000000000004',
        'insert m:0000000000000021',
        'replace m:0000000000000009',
      ],
      operations: 4,
      messages: ['21 ho'],
      head: { seq: 21 },
      outcome: { ...STORED, seq: 21 },
      broadcastBy: 'caller',
      admits: 'ada',
      readsRowFirst: true,
      found: [],
    },
  ],
  ban: [
    {
      change: { kind: 'ban', userId: 'ada', until: 2_000 },
      writes: ['put b:ada'],
      operations: 1,
      head: { bannedUntil: 2_000 },
      outcome: DONE,
      broadcastBy: 'writer',
      readsRowFirst: true,
      found: [
        [undefined, NEW],
        [toBanRow('ada', 1_999), UNKNOWN],
        // A shorter ban does not replace a longer one.
        [toBanRow('ada', 2_000), HAPPENED],
      ],
    },
    {
      // The head keeps the end of the longest ban.
      change: { kind: 'ban', userId: 'bob', until: 400 },
      writes: ['put b:bob'],
      operations: 1,
      head: {},
      outcome: DONE,
      broadcastBy: 'writer',
      readsRowFirst: true,
      found: [],
    },
  ],
  close: [
    {
      ...HEAD_ONLY,
      change: { kind: 'close', reason: 'night' },
      head: { closed: 'night', listed: true },
    },
  ],
  open: [
    { ...HEAD_ONLY, before: { closed: 'night' }, change: { kind: 'open' }, head: { closed: '' } },
  ],
  erase: [
    {
      ...HEAD_ONLY,
      before: { listed: true },
      change: { kind: 'erase' },
      head: { first: 21, listed: false },
    },
  ],
  unlist: [
    {
      ...HEAD_ONLY,
      before: { listed: true },
      change: { kind: 'unlist' },
      head: { listed: false },
      readsRowFirst: true,
      // Somebody has spoken in the room.
      found: [
        [undefined, UNKNOWN],
        [toHeadRow(EMPTY_HEAD), UNKNOWN],
        [toHeadRow(HEAD), HAPPENED],
      ],
    },
  ],
  import: [
    {
      // The lines of a text share the receipt of the first one.
      before: EMPTY,
      change: {
        ...IMPORT,
        after: 0,
        messages: [
          { ...LINE, seq: 1, receipt: { kind: 'text', seq: 2, online: 1, digest: 'd' } },
          { ...LINE, seq: 2, id: 't.2', receipt: 'none' },
          { ...SAID, seq: 3 },
        ],
        seq: 3,
      },
      writes: ['put m:0000000000000001', 'put i:app:t.1:text', 'put m:0000000000000002'].concat(
        'put m:0000000000000003',
        'put i:ada:m4',
      ),
      operations: 5,
      head: {
        revision: 1,
        seq: 3,
        online: 0,
        listed: true,
        closed: IMPORTING,
        bannedUntil: 0,
        activeAt: 600,
        lastLine: 3,
      },
      ...IMPORTED,
    },
    {
      // The messages ahead of a gap expired during the export, and so did those behind the last one.
      before: { ...EMPTY, seq: 4, closed: IMPORTING },
      change: { ...IMPORT, after: 4, messages: [{ ...SAID, seq: 9 }], seq: 9, closed: '' },
      writes: ['put m:0000000000000009', 'put i:ada:m4'],
      operations: 2,
      head: {
        revision: 1,
        seq: 9,
        first: 9,
        online: 0,
        listed: true,
        bannedUntil: 0,
        activeAt: 600,
        lastLine: 9,
      },
      ...IMPORTED,
    },
    {
      // No message is left.
      before: EMPTY,
      change: { ...IMPORT, after: 6, messages: [], seq: 8, closed: 'night' },
      writes: [],
      operations: 0,
      head: {
        revision: 1,
        seq: 8,
        first: 9,
        online: 0,
        listed: true,
        closed: 'night',
        bannedUntil: 0,
        activeAt: 600,
        lastLine: 0,
      },
      ...IMPORTED,
    },
  ],
  watch: [
    {
      ...HEAD_ONLY,
      before: { watchedUntil: 3_000 },
      change: { kind: 'watch', until: 5_000 },
      head: { watchedUntil: 5_000 },
    },
    {
      // The longer time stays.
      ...HEAD_ONLY,
      before: { watchedUntil: 9_000 },
      change: { kind: 'watch', until: 5_000 },
      head: { watchedUntil: 9_000 },
    },
  ],
  react: [
    {
      change: { kind: 'react', messages: [REACTED], userIds: ['bob'] },
      writes: ['replace m:0000000000000004'],
      operations: 1,
      reactions: ['4 at 8: 👍 1 Bob, added bob'],
      head: { reactedAt: 8 },
      outcome: DONE,
      broadcastBy: 'caller',
      admits: ['bob'],
      found: [
        [undefined, STALE],
        [SAID_ROW, STALE],
      ],
    },
    {
      // A moderator is admitted everywhere.
      change: {
        kind: 'react',
        messages: [{ ...REACTED, reactions: [], added: [], removed: REACTED.added }],
        userIds: [],
      },
      writes: ['replace m:0000000000000004'],
      operations: 1,
      reactions: ['4 at 8: , removed bob'],
      head: { reactedAt: 8 },
      outcome: DONE,
      broadcastBy: 'caller',
      admits: [],
      found: [],
    },
  ],
  broadcast: [{ ...HEAD_ONLY, change: { kind: 'broadcast' }, head: 'unchanged' }],
  cleanup: [
    {
      ...HEAD_ONLY,
      change: { kind: 'cleanup', first: 9, seenRevision: 7 },
      head: { first: 9 },
      outcome: { kind: 'cleanup', isCurrent: true },
    },
    {
      ...HEAD_ONLY,
      change: {
        kind: 'cleanup',
        first: 0,
        seenRevision: 7,
        next: { cleanupAt: 0, hasBans: false },
      },
      // The bans are over, and their rows are removed.
      head: { bannedUntil: 0 },
      outcome: { kind: 'cleanup', isCurrent: true },
    },
    {
      ...HEAD_ONLY,
      change: {
        kind: 'cleanup',
        first: 0,
        seenRevision: 6,
        next: { cleanupAt: 0, hasBans: false },
      },
      // Somebody may have been banned meanwhile.
      head: {},
      outcome: { kind: 'cleanup', isCurrent: false },
    },
  ],
};

test.each<[string, Partial<Head>, number, boolean]>([
  ['into a room without messages', {}, 4, true],
  ['at the number that an unfinished import has reached', { seq: 4, closed: IMPORTING }, 4, true],
  ['at another number than that', { seq: 5, closed: IMPORTING }, 4, false],
  ['into a room where somebody has spoken', { seq: 4 }, 4, false],
  ['into a closed room where somebody has spoken', { seq: 4, closed: 'night' }, 4, false],
])('an import %s: %#', (_, head, after, fits) => {
  const change = { ...IMPORT, after, messages: [], seq: after } as const;
  const outcome = kindOf(change).misfit(change, { ...EMPTY_HEAD, ...head });
  expect(outcome).toEqual(fits ? undefined : { kind: 'taken' });
});

const cases = Object.entries<readonly Case[]>(CASES).flatMap(([kind, each]) =>
  each.map((one, index) => ({ name: `${kind}, case ${index + 1}`, ...one })),
);

test('row 12: a line is as many operations as the cost table counts', () => {
  const [line] = CASES.send.slice(0, 1).map(({ change }) => change);
  const { length } = planCommit(HEAD, 'e0', line ? [line] : [], CONTEXT).operations;
  expect(length).toBe(3);
  const costs = readFileSync('infra/README.md', 'utf8');
  expect(costs).toContain(`4.3 M × ${length}: ${(4.32 * length * 0.036).toFixed(2)} `);
});

describe.each(cases)('$name', (expected) => {
  const change: Prepared = expected.change;
  const kind = kindOf(change);
  const before = { ...HEAD, ...expected.before };
  const plan = planCommit(before, 'e0', [change], CONTEXT);

  test('writes its rows, as many as operationCount says', () => {
    const written = plan.operations.slice(1).map(toText);
    expect(written).toEqual(expected.writes);
    expect(kind.operationCount(change)).toBe(expected.operations);
    expect(expected.writes).toHaveLength(expected.operations);
  });

  test('has its own row among them, unless that is the head', () => {
    const keys = expected.operations > 0 ? plan.operations.slice(1).map(keyOf) : ['head'];
    expect(keys).toContain(kind.rowKey(change));
  });

  test('changes the head', () => {
    if (expected.head === 'unchanged') {
      expect(plan).toMatchObject({ head: before, operations: [] });
      return;
    }
    expect(plan.head).toMatchObject({ ...DEFAULT_HEAD, ...expected.head });
    expect(plan.operations[0]).toMatchObject({ kind: 'replace', etag: 'e0', row: { key: 'head' } });
  });

  test('broadcasts its messages, joins and leaves', () => {
    const { messages = [], joined = [], left = [] } = plan.events ?? {};
    expect(messages.map(({ seq, text }) => `${seq} ${text}`)).toEqual(expected.messages ?? []);
    const idsOf = (members: typeof joined) => members.map(({ connectionId }) => connectionId);
    expect(idsOf(joined)).toEqual(expected.joined ?? []);
    expect(idsOf(left)).toEqual(expected.left ?? []);
  });

  test('broadcasts its reactions', () => {
    const { reactions, reactedBefore } = plan.events ?? {};
    expect(reactions?.map(toReactionText)).toEqual(expected.reactions);
    expect(reactedBefore).toBe(expected.reactions && before.reactedAt);
  });

  test('has its outcome and its broadcaster', () => {
    expect(plan.outcomes).toEqual([expected.outcome]);
    expect(kind.broadcastBy).toBe(expected.broadcastBy);
  });

  test('says what is read before it', () => {
    expect(kind.userToAdmit(change)).toEqual(expected.admits);
    expect(kind.readsRowFirst(change)).toBe(expected.readsRowFirst ?? false);
  });

  test('finds out from its row whether it happened before', () => {
    for (const [row, says] of expected.found) {
      expect(kind.found(change, row && { ...row, etag: 'stored' }, HEAD, 'lobby')).toEqual(says);
    }
  });
});

function toReactionText({ seq, revision, counts, added, removed }: ReactionChange): string {
  const all = counts.map(({ emoji, count, names }) => `${emoji} ${count} ${names.join()}`).join();
  const idsOf = (what: string, people: readonly Reactor[]) =>
    people.map(({ userId }) => `, ${what} ${userId}`).join('');
  return `${seq} at ${revision}: ${all}${idsOf('added', added)}${idsOf('removed', removed)}`;
}

function keyOf(operation: Operation): string {
  return operation.kind === 'delete' ? operation.key : operation.row.key;
}

function toText(operation: Operation): string {
  return `${operation.kind} ${keyOf(operation)}`;
}
