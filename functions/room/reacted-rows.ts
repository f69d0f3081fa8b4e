// Reactions in the row of their message. One text holds all of them, in as many properties as it needs, because a property of
// Table Storage has at most 64 KB (32,768 characters).
//
//   reacted                             true once somebody has reacted, so that a query finds the message
//   reactedAt                           the room's revision of their last change
//   reactions, reactions1, reactions2…  [{"emoji":"👍","named":[{"userId":…,"name":…}],"others":["g-…"]}]
//
// Source: learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model

import type { ArchivedReaction, Reaction, ReactionChange } from '../protocol.ts';
import type { Property, Row } from './table.ts';

export const MAX_PROPERTY_LENGTH = 30_000;

type Properties = Readonly<Record<string, Property>>;

/** The message's row with these reactions, and nothing else changed. */
export function toReactedRow(
  { key, properties }: Row,
  reactions: readonly ArchivedReaction[],
  reactedAt: number,
  commit: string,
): Row {
  const rest = withoutReactions(properties);
  const text = reactions.length === 0 ? '' : JSON.stringify(reactions);
  return { key, properties: { ...rest, ...toPieces(text), reacted: true, reactedAt, commit } };
}

/** The reactions to the message of the row, in the order in which each emoji came first. */
export function fromReactedRow(properties: Properties): readonly ArchivedReaction[] {
  if (properties.reacted !== true) return [];
  let text = '';
  for (let piece = 0; properties[nameOf(piece)] !== undefined; piece += 1) {
    text += properties[nameOf(piece)];
  }
  return text === '' ? [] : JSON.parse(text);
}

/** What a change or a look at the row shows. `revision` is that of the last change, and 0 if there was none. */
export function reactionChangeOf({ properties }: Row): ReactionChange {
  const { reactions = [] } = toPublicReactions(fromReactedRow(properties));
  const { seq, reactedAt = 0 } = properties;
  return {
    seq: Number(seq),
    revision: Number(reactedAt),
    counts: reactions,
    added: [],
    removed: [],
  };
}

/** Without the user ids. Nothing if there is no reaction. */
export function toPublicReactions(reactions: readonly ArchivedReaction[]): {
  readonly reactions?: readonly Reaction[];
} {
  if (reactions.length === 0) return {};
  return {
    reactions: reactions.map(({ emoji, named, others }) => {
      return { emoji, count: named.length + others.length, names: named.map(({ name }) => name) };
    }),
  };
}

/** The properties of the row without its reactions: those of a message that is removed. */
export function withoutReactions(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([name]) => !/^(?:reactions\d*|reacted|reactedAt)$/.test(name),
    ),
  );
}

function toPieces(text: string): Record<string, string> {
  const pieces: Record<string, string> = {};
  let from = 0;
  for (let piece = 0; from < text.length; piece += 1) {
    let to = from + MAX_PROPERTY_LENGTH;
    // No piece ends within a surrogate pair, because half of one is no valid text.
    if (/[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1;
    pieces[nameOf(piece)] = text.slice(from, to);
    from = to;
  }
  return pieces;
}

function nameOf(piece: number): string {
  return piece === 0 ? 'reactions' : `reactions${piece}`;
}
