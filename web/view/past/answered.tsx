// The message that a line answers: its author and the beginning of its text, as they are now. A click goes there.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatClient } from '../../connection/chat.ts';
import { ifPossible } from '../../device/if-possible.ts';
import {
  addAnswer,
  follow,
  type Known,
  knownOf,
  markAsked,
  NO_ANSWERS,
  nextToAsk,
  want,
} from '../../state/answered.ts';
import { createStore, type Store } from '../../state/store.ts';
import { excerptOf } from '../../text/excerpt.ts';
import { PAST_WORDS } from '../../words/past-words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';

export interface Jumping {
  readonly chat: ChatClient;
  /** Shows the message of that number. */
  readonly jumpTo: (seq: number) => void;
}

interface Source {
  readonly known: (seq: number) => Known;
  readonly want: (seq: number) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** One for each visit, which all lines share. */
const sources = new WeakMap<ChatClient, Source>();

function sourceOf(chat: ChatClient): Source {
  const source = sources.get(chat) ?? openSource(chat);
  sources.set(chat, source);
  return source;
}

function openSource({ store, history }: ChatClient): Source {
  const answers: Store<typeof NO_ANSWERS, typeof NO_ANSWERS> = createStore(
    (_, next) => next,
    follow(NO_ANSWERS, store.state.log),
  );
  store.subscribe(({ log }, before) => {
    if (log !== before.log) answers.dispatch(follow(answers.state, log));
  });
  const ask = async (seq: number) => {
    answers.dispatch(markAsked(answers.state, seq));
    const answer = await history({ after: seq - 1, limit: 1 }).catch(() => undefined);
    answers.dispatch(addAnswer(answers.state, store.state.log, seq, answer));
    askNext();
  };
  const askNext = () => {
    const next = nextToAsk(answers.state);
    if (next !== undefined) void ask(next);
  };
  return {
    known: (seq) => knownOf(store.state.log, answers.state, seq),
    want: (seq) => {
      answers.dispatch(want(answers.state, seq));
      askNext();
    },
    subscribe: (listener) => {
      const ends = [store.subscribe(listener), answers.subscribe(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

export function Answered({ chat, jumpTo, seq }: Jumping & { readonly seq: number }) {
  const { id, words: shared } = useLanguage();
  const words = PAST_WORDS[id];
  const source = sourceOf(chat);
  const button = useRef<HTMLButtonElement>(null);
  const [known, setKnown] = useState(() => source.known(seq));
  useEffect(() => {
    const look = () => setKnown(source.known(seq));
    look();
    return source.subscribe(look);
  }, [source, seq]);
  useEffect(() => {
    const element = button.current;
    if (known !== undefined || !element) return undefined;
    const observer = ifPossible(
      () =>
        new IntersectionObserver((seen) => {
          if (seen.some(({ isIntersecting }) => isIntersecting)) source.want(seq);
        }),
    );
    observer?.observe(element);
    return () => observer?.disconnect();
  }, [known === undefined, source, seq]);

  if (known === 'gone') return <p class="answered">{words.gone}</p>;
  return (
    <button
      type="button"
      class="answered"
      ref={button}
      data-testid="answered"
      onClick={() => jumpTo(seq)}
    >
      <span class="unseen">{words.answers} </span>
      {known === undefined ? (
        words.earlier
      ) : (
        <>
          <bdi class="author" translate={false}>
            {known.name}
          </bdi>{' '}
          <span class="answered-text" dir="auto">
            <Live text={known.deleted ? shared.removed : excerptOf(known)} />
          </span>
        </>
      )}
    </button>
  );
}
