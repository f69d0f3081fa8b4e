// Jumps to a message, and the way back. Loads with the first jump, together with style/past.css.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { pathOf } from '../../device/names.ts';
import type { ChatState } from '../../state/chat-state.ts';
import { addPlace, findTarget, type Place } from '../../state/jumps.ts';
import { startOfDay } from '../../words/language.ts';
import { PAST_WORDS } from '../../words/past-words.ts';
import { Icon } from '../icons.tsx';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import type { Anchor, ReadingPlace } from '../reading-place.ts';
import { DOWN, firstInPast, focusedLine, isInSight, landOn, SHOWN_MS } from './land.ts';
import { PastView, type PastViewProps, type Target } from './past-view.tsx';

/** A new object jumps once more. */
export type Jump =
  | {
      /** The number of the message. */
      readonly seq: number;
      /** The page was opened at this message. */
      readonly isLink?: true;
    }
  /** To the first message from that time on, epoch ms. */
  | { readonly at: number };

interface JumpsProps extends Pick<PastViewProps, 'chat' | 'render' | 'handlers' | 'onShown'> {
  readonly jump: Jump;
  readonly state: ChatState;
  readonly place: ReadingPlace;
  /** Where the past view is, if it is open. It covers the log. */
  readonly past: Target | undefined;
  readonly setPast: (past: Target | undefined) => void;
  /** Shows the whole log: a filter may leave out the message. */
  readonly showAll: () => void;
}

/** For a message so near before the log, the log loads it. So many requests bring it. */
const NEAR_MESSAGES = 100;
const MOST_PAGES = 3;

/** The past view, the button that leads back, and what a jump says. */
export function Jumps({ jump, state, place, past, setPast, showAll, ...rest }: JumpsProps) {
  const { id, formats, words: shared } = useLanguage();
  const words = PAST_WORDS[id];
  const { log, isLoadingOlder, outbox } = state;
  const [places, setPlaces] = useState<readonly Place<Anchor>[]>([]);
  /** The jump that is under way. */
  const [wanted, setWanted] = useState<Jump>();
  const [said, setSaid] = useState('');
  /** What went wrong, or why a date has led elsewhere. */
  const [note, setNote] = useState('');
  const landing = useRef<{ readonly seq: number; readonly until: number }>(undefined);
  const land = (seq: number) => {
    landing.current = { seq, until: performance.now() + SHOWN_MS };
  };
  const pages = useRef(0);

  useEffect(() => {
    setNote('');
    // Somebody who has just come was nowhere before.
    if (!('isLink' in jump)) {
      const focus = focusedLine();
      const anchor = past ? undefined : place.where();
      const before = past && { past: focus ?? firstInPast() };
      setPlaces((now) => addPlace(now, { anchor, focus, ...before }));
    }
    pages.current = 0;
    setWanted(jump);
  }, [jump]);

  useEffect(() => {
    if (!wanted || isLoadingOlder) return;
    if ('at' in wanted) {
      setWanted(undefined);
      setPast(wanted);
      return;
    }
    const { seq } = wanted;
    const target = findTarget(log, seq);
    if (target === undefined) return;
    if (target === 'older' && seq >= log.from - NEAR_MESSAGES && pages.current < MOST_PAGES) {
      pages.current += 1;
      rest.chat.loadOlder();
      return;
    }
    setWanted(undefined);
    if (wanted.isLink) leaveLink(state.room);
    if (target === 'older') setPast({ seq });
    else if (target === 'nowhere') missed(words.notThere);
    else reach(target);
  }, [wanted, log.from, log.to, isLoadingOlder]);

  /** The log has the message. */
  function reach(message: ChatMessage): void {
    const { current: element } = place.ref;
    const { seq } = message;
    setPast(undefined);
    showAll();
    land(seq);
    if (element && !isInSight(element, seq)) {
      place.goTo({ seq: `${seq}`, top: element.clientHeight * DOWN });
    }
    say(message);
  }

  function say({ name, sentAt }: ChatMessage): void {
    setSaid(words.jumpedTo(name, `${formats.day(sentAt, Date.now())}, ${formats.time(sentAt)}`));
  }

  /** Why a date has led to a message of another day. Empty if it has not. */
  function dateNote(at: number, { seq, sentAt }: ChatMessage, isFirst: boolean): string {
    if (startOfDay(sentAt) === startOfDay(at)) return '';
    // In full, also today and yesterday.
    const dateOf = (time: number) => formats.day(time, Infinity);
    if (!isFirst) return words.nothingOn(dateOf(at));
    return (seq === 1 ? words.beforeFirst : words.beforeKept)(dateOf(sentAt));
  }

  /** The jump leads nowhere, and the reader is where they were. */
  function missed(why: string): void {
    const from = places.at(-1)?.past;
    setPlaces(places.slice(0, -1));
    setPast(from === undefined ? undefined : { seq: from });
    setNote(why);
  }

  // The window of the log has moved, so the line is rendered. A part that loads may render it as another element.
  useEffect(() => {
    const { current: element } = place.ref;
    if (!landing.current || !element || past) return;
    if (performance.now() < landing.current.until) landOn(element, landing.current.seq);
    else landing.current = undefined;
  });

  // A reader who has gone to the end is back.
  const wasAtEnd = useRef(place.isAtEnd);
  useEffect(() => {
    if (place.isAtEnd && !wasAtEnd.current) setPlaces([]);
    wasAtEnd.current = place.isAtEnd;
  }, [place.isAtEnd]);

  const toNow = () => {
    setNote('');
    setPast(undefined);
    setPlaces([]);
    place.toEnd();
    place.ref.current?.focus({ preventScroll: true });
  };
  // What the person writes stands at the end.
  const written = outbox.filter((line) => (line.edits ?? line.removes) === undefined).length;
  const writtenBefore = useRef(written);
  useEffect(() => {
    if (past && written > writtenBefore.current) {
      setPast(undefined);
      setPlaces([]);
    }
    writtenBefore.current = written;
  }, [written]);

  const back = () => {
    const last = places.at(-1);
    if (!last) return;
    setPlaces(places.slice(0, -1));
    setSaid('');
    if (last.past !== undefined) return setPast({ seq: last.past });
    setPast(undefined);
    if (last.anchor) place.goTo(last.anchor);
    else place.toEnd();
    if (last.focus === undefined) place.ref.current?.focus({ preventScroll: true });
    else land(last.focus);
  };
  useBackKeys(places.length > 0, back);

  return (
    <>
      {past && (
        <PastView
          {...rest}
          log={log}
          target={past}
          onReached={(message, isFirst) => {
            if ('at' in past) setNote(dateNote(past.at, message, isFirst));
            if (message.seq >= log.from) reach(message);
            else say(message);
          }}
          onNowhere={(why) => {
            if (why === 'nothing-since') toNow();
            missed(
              {
                gone: words.notThere,
                'nothing-since': log.shown.length === 0 ? words.nothingYet : words.nothingSince,
                failed: words.failed,
              }[why],
            );
          }}
          onLive={(anchor) => {
            setPast(undefined);
            setPlaces([]);
            if (anchor) place.goTo(anchor);
            else place.toEnd();
          }}
          toNow={toNow}
        />
      )}
      <p class="unseen" role="status" data-testid="jumped">
        <Live text={said} />
      </p>
      <div class="jump-note" role="status" data-testid="jump-note">
        {note !== '' && (
          <p>
            <Live text={note} />
            <button
              type="button"
              class="mini"
              title={shared.close}
              aria-label={shared.close}
              onClick={() => setNote('')}
            >
              <Icon name="close" />
            </button>
          </p>
        )}
      </div>
      {places.length > 0 && (
        <button type="button" class="jump-back" data-testid="jump-back" onClick={back}>
          <Icon name="reply" />
          {words.back}
        </button>
      )}
    </>
  );
}

/**
 * The address becomes that of the room: a reload goes to the place where the reader is then. The page's other addresses are
 * relative to its base, which is relative to its address.
 */
function leaveLink(room: string): void {
  const base = document.querySelector('base');
  if (base) base.href = document.baseURI;
  history.replaceState(null, '', pathOf(room));
}

/** Alt+Left everywhere but in a text that the person writes, and Escape in the log. */
function useBackKeys(isWanted: boolean, back: () => void): void {
  const latest = useRef(back);
  latest.current = back;
  useEffect(() => {
    if (!isWanted) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, key, altKey } = event;
      if (event.defaultPrevented || !(target instanceof Element)) return;
      const isEscape = key === 'Escape' && target.closest('.log-frame') && !target.matches('input');
      const isAltLeft = key === 'ArrowLeft' && altKey && !isWriting(target);
      if (!isEscape && !isAltLeft) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isWanted]);
}

/** Alt+Left moves the cursor by a word on some systems. */
function isWriting(element: Element): boolean {
  const isField = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
  return isField && element.value !== '';
}
