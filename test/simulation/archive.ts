// The archive of a room that never was: what an import brings into a simulated room.

import type { ArchivedMessage, ArchivedRoom } from '../../functions/protocol.ts';
import { digestOf, editDigestOf } from '../../functions/room/rows.ts';
import type { Scheduler } from './scheduler.ts';
import { EPOCH_MS } from './virtual-time.ts';

export interface Archive {
  readonly facts: ArchivedRoom;
  /** Ascending. Numbers may be missing: they had expired. */
  readonly messages: readonly ArchivedMessage[];
}

const DAY_MS = 86_400_000;
/** Longer than a room keeps messages (LONG_RETENTION_DAYS in cleanup-days.ts). */
const OLDEST_MS = 40 * DAY_MS;
const AUTHORS = ['ann', 'ben', 'eva'];
/** More messages than a transaction takes. */
const MOST = 130;
/** More than an answer of GET …/archive has. */
const MORE_THAN_A_PAGE = 1_050;

/** Draws lines of people, published texts, edits, removals, reactions, and what has expired before them. */
export function drawArchive(room: string, scheduler: Scheduler): Archive {
  const messages: ArchivedMessage[] = [];
  const first = scheduler.chance(0.4) ? scheduler.whole(2, 20) : 1;
  const isLong = scheduler.chance(0.04);
  const usual = scheduler.chance(0.3) ? scheduler.whole(60, MOST) : scheduler.whole(1, 12);
  const count = isLong ? MORE_THAN_A_PAGE : usual;
  const oldestMs = scheduler.chance(0.5) ? OLDEST_MS : DAY_MS;
  let seq = first - 1;
  const ages = Array.from({ length: 2 * count + 4 }, () => scheduler.between(0, oldestMs));
  ages.sort((a, b) => b - a);
  const next = () => {
    seq += 1;
    const age = ages[Math.min(ages.length - 1, seq - first)] ?? 0;
    return { seq, sentAt: Math.floor(EPOCH_MS + scheduler.now - age) };
  };
  /** By the author: a line that nothing has changed. */
  const line = (): ArchivedMessage => {
    const userId = scheduler.pick(AUTHORS) ?? 'ann';
    const numbers = next();
    const id = `old-${numbers.seq}`;
    return { ...numbers, id, userId, name: userId, text: `archived ${numbers.seq}`, online: 1 };
  };
  while (messages.length < count) {
    const draw = scheduler.random();
    if (draw < 0.6) messages.push(withReactions(line(), scheduler));
    else if (draw < 0.75) messages.push(...published(next, scheduler.whole(2, 4)));
    else if (draw < 0.9) messages.push(...edited(line(), next, scheduler));
    else messages.push(...removed(line(), next));
  }
  const known = { room, first, seq, activeAt: messages.at(-1)?.sentAt ?? EPOCH_MS };
  // Not drawn, so that worlds stay as they were.
  const facts = count % 2 === 0 ? { ...known, creator: 'ann' } : known;
  // They have expired while the archive was read.
  const gone = scheduler.chance(0.2) ? scheduler.whole(0, count - 1) : 0;
  const isClosed = scheduler.chance(0.2);
  return {
    facts: isClosed ? { ...facts, closed: 'holidays' } : facts,
    messages: messages.slice(gone),
  };
}

type Next = () => { readonly seq: number; readonly sentAt: number };

function withReactions(message: ArchivedMessage, scheduler: Scheduler): ArchivedMessage {
  if (!scheduler.chance(0.3)) return message;
  const named = [{ userId: 'ben', name: 'ben' }];
  const thumbs = { emoji: '👍', named, others: ['eva'] };
  const hearts = { emoji: '❤️', named, others: [] };
  return { ...message, reactedBy: scheduler.chance(0.5) ? [thumbs] : [thumbs, hearts] };
}

function published(next: Next, lines: number): ArchivedMessage[] {
  const rows = Array.from({ length: lines }, next);
  const sentAt = rows[0]?.sentAt ?? 0;
  const texts = rows.map(({ seq }) => `archived ${seq}, published`);
  const last = rows.at(-1)?.seq ?? 0;
  const receipt = { kind: 'text', seq: last, online: 1, digest: digestOf(texts) } as const;
  return rows.map(({ seq }, index) => ({
    ...{ seq, sentAt, id: `old-text-${rows[0]?.seq}.${index + 1}`, userId: 'app', name: 'App' },
    ...{ text: texts[index] ?? '', online: 1, receipt: index === 0 ? receipt : 'none' },
  }));
}

/** A line that was edited once or twice, and may have been removed afterwards. */
function edited(line: ArchivedMessage, next: Next, scheduler: Scheduler): ArchivedMessage[] {
  const { seq, userId, text } = line;
  const receipt = { kind: 'message', seq, online: 1, digest: digestOf([text]) } as const;
  const changes: ArchivedMessage[] = Array.from({ length: scheduler.whole(1, 2) }, () => {
    const numbers = next();
    const to = `archived ${seq}, edited by ${numbers.seq}`;
    return { ...numbers, id: `old-${numbers.seq}`, userId, name: userId, text: to, edits: seq };
  });
  const last = changes.at(-1) ?? line;
  const isRemoved = scheduler.chance(0.3);
  const notice = isRemoved ? noticeOf(seq, next) : undefined;
  const announcements = changes.map((change): ArchivedMessage => {
    if (change === last && !isRemoved) return change;
    const digest = editDigestOf(seq, change.text);
    const kept = { kind: 'message', seq: change.seq, online: 0, digest } as const;
    return { ...change, text: '', receipt: kept };
  });
  const now: ArchivedMessage = notice
    ? { ...line, text: '', deleted: true, deletedBy: notice.seq, receipt }
    : { ...line, text: last.text, editedAt: last.sentAt, editedBy: last.seq, receipt };
  return [now, ...announcements, ...(notice ? [notice] : [])];
}

function removed(line: ArchivedMessage, next: Next): ArchivedMessage[] {
  const { seq, text } = line;
  const notice = noticeOf(seq, next);
  const receipt = { kind: 'message', seq, online: 1, digest: digestOf([text]) } as const;
  return [{ ...line, text: '', deleted: true, deletedBy: notice.seq, receipt }, notice];
}

function noticeOf(deletes: number, next: Next): ArchivedMessage {
  const author = { userId: 'moderator', name: 'Moderator' };
  return { ...next(), id: `delete-${deletes}`, ...author, text: '', deletes, receipt: 'none' };
}
