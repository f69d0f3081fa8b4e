// Turns the events of a commit into frames. Every started 2 KB of a frame is billed as one message for each receiver, so
// presence fills a frame up to the next step and not beyond.
// Source: learn.microsoft.com/azure/azure-signalr/signalr-concept-messages-and-connections

import {
  type ChatMessage,
  type Events,
  MAX_LISTED,
  type Member,
  type ReactionChange,
  type Reactor,
} from '../protocol.ts';

export const BILLING_STEP_BYTES = 2_048;
/** Half of the maximum body of a REST request to the service. */
export const MAX_FRAME_BYTES = 512 * 1_024;
/** Size of the hub protocol around the argument: `{"type":1,"target":"events","arguments":[…]}` and 0x1E. */
const ENVELOPE_BYTES = 64;

/** The frames of these events: usually one, more if the messages are too large for one. */
export function toFrames(events: Events): Events[] {
  const parts = split(events.messages);
  const { reactions, reactedBefore, ...rest } = events;
  return parts.map((messages, index) => {
    const isLast = index === parts.length - 1;
    return fitLists({
      ...rest,
      ...(isLast && reactions ? { reactions, reactedBefore: reactedBefore ?? 0 } : {}),
      // A client takes a `seq` beyond the last message that it has for a gap.
      seq: isLast ? events.seq : (messages.at(-1)?.seq ?? events.seq),
      messages,
      joined: isLast ? events.joined : [],
      left: isLast ? events.left : [],
    });
  });
}

/** Number of messages that the service bills for a frame, per receiver. */
export function billedFor(frame: Events): number {
  return Math.ceil((bytesOf(frame) + ENVELOPE_BYTES) / BILLING_STEP_BYTES);
}

/** The events of several commits as one, for a caller that broadcasts all of them. */
export function mergeEvents(all: readonly Events[]): Events | undefined {
  const newest = all.reduce<Events | undefined>(
    (latest, events) => (latest && latest.revision > events.revision ? latest : events),
    undefined,
  );
  if (!newest) return undefined;
  const left = all.flatMap((events) => events.left);
  const gone = new Set(left.map(({ connectionId }) => connectionId));
  const joined = all
    .flatMap((events) => events.joined)
    .filter(({ connectionId }) => !gone.has(connectionId));
  const bySeq = new Map(all.flatMap(({ messages }) => messages).map((one) => [one.seq, one]));
  const messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  return { ...newest, messages, joined, left, ...mergedReactions(all) };
}

/** The last change of each message. */
function mergedReactions(all: readonly Events[]): Pick<Events, 'reactions' | 'reactedBefore'> {
  const reacted = all.filter(({ reactions }) => reactions !== undefined);
  if (reacted.length === 0) return {};
  const bySeq = new Map<number, ReactionChange>();
  for (const { reactions = [] } of reacted.toSorted((a, b) => a.revision - b.revision)) {
    for (const change of reactions) bySeq.set(change.seq, change);
  }
  const reactedBefore = Math.min(...reacted.map(({ reactedBefore: before = 0 }) => before));
  return { reactions: [...bySeq.values()], reactedBefore };
}

function split(messages: readonly ChatMessage[]): (readonly ChatMessage[])[] {
  if (messages.length < 2) return [messages];
  const parts: ChatMessage[][] = [[]];
  let bytes = 0;
  for (const message of messages) {
    const size = bytesOf(message);
    if (bytes > 0 && bytes + size > MAX_FRAME_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(message);
    bytes += size;
  }
  return parts;
}

/** Lists as many joins, leaves and people who reacted as fit into the frame's last billing step. */
function fitLists(events: Events): Events {
  const { reactions, joined, left } = events;
  if (!reactions && joined.length + left.length === 0) return events;
  const withoutLists = {
    ...events,
    joined: [],
    left: [],
    ...(reactions && {
      reactions: reactions.map((change) => ({ ...change, added: [], removed: [] })),
    }),
  };
  const bare = bytesOf(withoutLists) + ENVELOPE_BYTES;
  let space = Math.ceil(bare / BILLING_STEP_BYTES) * BILLING_STEP_BYTES - bare;
  const listOf = (members: readonly Member[]) => {
    const listed: Member[] = [];
    for (const { connectionId, userId, name } of members.slice(0, MAX_LISTED)) {
      const member = { connectionId, userId, name };
      space -= bytesOf(member) + 1;
      if (space < 0) break;
      listed.push(member);
    }
    return listed;
  };
  let places = MAX_LISTED;
  const reactorsOf = (reactors: readonly Reactor[]) => {
    const listed: Reactor[] = [];
    for (const { userId, name, emoji } of reactors) {
      const reactor = { userId, name, emoji };
      space -= bytesOf(reactor) + 1;
      places -= 1;
      if (space < 0 || places < 0) break;
      listed.push(reactor);
    }
    return listed;
  };
  return {
    ...events,
    joined: listOf(joined),
    left: listOf(left),
    ...(reactions && {
      reactions: reactions.map((change) => {
        const { added, removed } = change;
        return { ...change, added: reactorsOf(added), removed: reactorsOf(removed) };
      }),
    }),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
