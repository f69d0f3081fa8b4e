// Completes the name behind an `@` in the composer. A list of people lies above the composer while the caret is in a mention.
//
// A field of several lines is a text box and no combobox (ARIA in HTML allows a textarea no other role). It has what a combobox
// says about its list all the same: which option is active, and a status that says how many there are.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Draft } from '../../device/unsent.ts';
import type { ChatEvent, ChatState } from '../../state/chat-state.ts';
import { type Person, peopleOf } from '../../state/people.ts';
import { namesOfSeveral } from '../../state/roster.ts';
import type { Store } from '../../state/store.ts';
import { matching, type Named, type Query, queryAt } from '../../text/mentions.ts';
import { MENTION_WORDS } from '../../words/mention-words.ts';
import { Avatar } from '../avatar.tsx';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { picksOf } from './picked.ts';

interface CompletionProps {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: Draft;
  readonly store: Store<ChatState, ChatEvent>;
  /** Somebody whom another part of the page mentions. A new object mentions once more. */
  readonly mention: Named | undefined;
}

const MOST_SHOWN = 8;
const LIST = 'mention-list';

/** Within the form of the composer. */
export function Completion({ box, draft, store, mention }: CompletionProps) {
  const { id: language } = useLanguage();
  const words = MENTION_WORDS[language];
  const [query, setQuery] = useState<Query>();
  const [at, setAt] = useState(0);
  /** The mention for which the person wants no list, as long as it grows. */
  const dismissed = useRef<Query>(undefined);
  const people = usePeople(store.state);
  const shown = query ? foundIn(people, query).slice(0, MOST_SHOWN) : [];
  const isOpen = shown.length > 0;
  const active = Math.min(at, shown.length - 1);
  const twins = namesOfSeveral(people);

  const dismiss = () => {
    dismissed.current = query;
    setQuery(undefined);
  };
  const take = (person: Person | undefined) => {
    const field = box.current;
    if (!field || !query || !person) return;
    picksOf(draft).add(person);
    dismissed.current = { start: query.start, text: person.name };
    setQuery(undefined);
    const end = query.start + 1 + query.text.length;
    const isSpaced = /^\s/.test(field.value.slice(end));
    insert(field, query.start, end, `@${person.name}${isSpaced ? '' : ' '}`);
    if (isSpaced) field.setSelectionRange(field.selectionEnd + 1, field.selectionEnd + 1);
  };
  const onKey = (event: KeyboardEvent) => {
    if (!isOpen) return;
    const { key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) setAt((active + step + shown.length) % shown.length);
    else if ((key === 'Enter' || key === 'Tab') && !shiftKey) take(shown[active]);
    else if (key === 'Escape') dismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const latestKey = useRef(onKey);
  latestKey.current = onKey;

  useEffect(() => {
    const field = box.current;
    const form = field?.form;
    if (!field || !form) return undefined;
    const end = new AbortController();
    const until = { signal: end.signal };
    const look = () => {
      const inMention = queryIn(field);
      // A new mention may begin where another one was.
      if (!inMention?.text) dismissed.current = undefined;
      const now = isDismissed(inMention, dismissed.current) ? undefined : inMention;
      setQuery((before) => {
        if (before?.start === now?.start && before?.text === now?.text) return before;
        setAt(0);
        return now;
      });
    };
    const close = () => setQuery(undefined);
    // Before the composer's own listener.
    const options = { ...until, capture: true };
    form.addEventListener('keydown', (event) => latestKey.current(event), options);
    field.addEventListener(
      'input',
      (event) => {
        // What an input method composes is no name yet.
        if (event instanceof InputEvent && event.isComposing) close();
        else look();
      },
      until,
    );
    field.addEventListener('compositionstart', close, until);
    field.addEventListener('compositionend', look, until);
    field.addEventListener('click', look, until);
    field.addEventListener(
      'keyup',
      ({ key }) => /^(?:Arrow(?:Left|Right)|Home|End)$/.test(key) && look(),
      until,
    );
    field.addEventListener('blur', close, until);
    // The part has loaded after the first `@`.
    if (document.activeElement === field) look();
    return () => end.abort();
  }, []);

  useEffect(() => {
    const field = box.current;
    if (!mention || !field || field.readOnly) return;
    picksOf(draft).add(mention);
    const { value } = field;
    const start = value.length + (/\S$/.test(value) ? 1 : 0);
    dismissed.current = { start, text: mention.name };
    insert(
      field,
      value.length,
      value.length,
      `${start > value.length ? ' ' : ''}@${mention.name} `,
    );
  }, [mention]);

  useLayoutEffect(() => {
    const field = box.current;
    if (!field || !isOpen) return undefined;
    const attributes = {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': LIST,
      'aria-activedescendant': `${LIST}-${active}`,
    };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    return () => {
      for (const name of Object.keys(attributes)) field.removeAttribute(name);
    };
  }, [isOpen, active]);

  return (
    <>
      {isOpen && (
        <div
          id={LIST}
          class="mention-list"
          role="listbox"
          aria-label={words.people}
          data-testid="mention-list"
          ref={fitAbove}
          // The field keeps the focus, and the on-screen keyboard stays open.
          onMouseDown={(event) => event.preventDefault()}
        >
          {shown.map((person, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field below has the keys
            <div
              key={person.userId}
              id={`${LIST}-${index}`}
              class="choice"
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              ref={index === active ? keepInSight : null}
              onClick={() => take(person)}
            >
              <Avatar userId={person.userId} name={person.name} />
              <bdi translate={false}>{person.name}</bdi>
              {twins.has(person.name) && (
                <span class="tag" translate={false}>
                  {person.userId.slice(-4)}
                </span>
              )}
              {!person.isHere && <span class="tag">{words.notHere}</span>}
            </div>
          ))}
        </div>
      )}
      <p class="unseen" role="status">
        {isOpen && <Live text={words.found(shown.length)} />}
      </p>
    </>
  );
}

/** The mention in which the caret is. */
function queryIn({ selectionStart, selectionEnd, value, readOnly }: HTMLTextAreaElement) {
  return readOnly || selectionStart !== selectionEnd ? undefined : queryAt(value, selectionStart);
}

/** Whether the person wants no list for the mention, which may have grown since. */
function isDismissed(query: Query | undefined, dismissed: Query | undefined): boolean {
  if (!query || !dismissed) return false;
  return query.start === dismissed.start && query.text.startsWith(dismissed.text);
}

/** Nobody behind a name that is written in full, with a space: Enter sends then. */
function foundIn(people: readonly Person[], { text }: Query): readonly Person[] {
  const name = text.trimEnd();
  const isDone = name !== text && people.some((person) => person.name === name);
  return isDone ? [] : matching(people, text);
}

/** Computed anew only when they change: a room may have hundreds. */
function usePeople(state: ChatState): readonly Person[] {
  const kept = useRef<{ readonly state: ChatState; readonly people: readonly Person[] }>(undefined);
  const { roster, log, me } = kept.current?.state ?? {};
  if (!kept.current || roster !== state.roster || log !== state.log || me !== state.me) {
    kept.current = { state, people: peopleOf(state) };
  }
  return kept.current.people;
}

/** As if the person had typed it, so that it can be undone. */
function insert(field: HTMLTextAreaElement, start: number, end: number, text: string): void {
  field.focus();
  field.setSelectionRange(start, end);
  // Nothing else keeps what can be undone. Where it is gone, only that is lost.
  if (document.execCommand?.('insertText', false, text)) return;
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Between the top of what is in sight and the composer: an on-screen keyboard may leave little room. */
function fitAbove(list: HTMLElement | null): void {
  const form = list?.parentElement;
  if (!list || !form) return;
  const top = window.visualViewport?.offsetTop ?? 0;
  list.style.setProperty('--room', `${form.getBoundingClientRect().top - top - 8}px`);
}

const keepInSight = (option: HTMLElement | null) => option?.scrollIntoView({ block: 'nearest' });
