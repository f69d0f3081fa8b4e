// What the views of reactions share: the reactions of the room, and which of them the person asks about.

import { useEffect, useState } from 'preact/hooks';
import type { ChatClient } from '../../connection/chat.ts';
import { followReactions, type RoomReactions } from '../../connection/reactions.ts';
import type { ShownReaction } from '../../state/reactions.ts';
import { REACTION_WORDS, type ReactionWords } from '../../words/reaction-words.ts';
import { useLanguage } from '../language.ts';

/** A chip whose people are shown, and where it is in the window. */
export interface Asked {
  readonly seq: number;
  readonly emoji: string;
  readonly chip: HTMLElement;
}

/** What lies over the log. */
type Over =
  | { readonly kind: 'who'; readonly asked: Asked }
  | { readonly kind: 'picker'; readonly seq: number };

export interface ReactionsView extends RoomReactions {
  readonly over: () => Over | undefined;
  readonly show: (over: Over | undefined) => void;
  /** How often `show` was called. */
  readonly shows: () => number;
}

/** Until `stop`. Listeners run at most once per frame, however many reactions come. */
export function followRoom(chat: ChatClient): ReactionsView {
  const room = followReactions(chat, Math.random);
  const listeners = new Set<() => void>();
  let over: Over | undefined;
  let shows = 0;
  let isDue = false;
  const draw = () => {
    isDue = false;
    for (const listener of listeners) listener();
  };
  const request = () => {
    if (isDue) return;
    isDue = true;
    // A hidden page has no frames, and renders for screen readers all the same.
    if (document.hidden) setTimeout(draw, HIDDEN_DRAW_MS);
    else requestAnimationFrame(draw);
  };
  const unsubscribe = room.subscribe(request);
  return {
    ...room,
    over: () => over,
    shows: () => shows,
    show: (next) => {
      over = next;
      shows += 1;
      draw();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      unsubscribe();
      room.stop();
    },
  };
}

const HIDDEN_DRAW_MS = 500;

/** What `read` returns. Renders again when the JSON of `watched` has changed. */
export function useReading<T>(
  room: ReactionsView,
  read: () => T,
  watched: () => unknown = read,
): T {
  const textOf = () => JSON.stringify([watched()]);
  const [, setText] = useState(textOf);
  useEffect(() => {
    const look = () => setText(textOf());
    look();
    return room.subscribe(look);
  }, [room]);
  return read();
}

export function useReactionWords(): ReactionWords {
  return REACTION_WORDS[useLanguage().id];
}

/** The people of a reaction in a sentence, the person first. */
export function whoIn(
  { names, count, isMine }: ShownReaction,
  me: string,
  words: ReactionWords,
): string {
  const own = isMine ? names.indexOf(me) : -1;
  const others = names.filter((_, index) => index !== own);
  // So that a name in a script from right to left leaves the others where they are.
  const listed = [...(isMine ? [words.you] : []), ...others.map((name) => `\u2068${name}\u2069`)];
  return words.who(listed, count - listed.length);
}
