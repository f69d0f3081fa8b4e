// The picker of all emoji. It loads when it first opens, and so do the emoji of the page's language.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ifPossible } from '../../device/if-possible.ts';
import { type Emoji, findEmoji, toEmojiGroups } from '../../text/emoji-search.ts';
import type { LanguageId } from '../../words/language.ts';
import { PICKER_WORDS } from '../../words/picker-words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { arrowKey } from './arrow-key.ts';

const LOAD: Readonly<Record<LanguageId, () => Promise<{ readonly EMOJI: string }>>> = {
  en: () => import('./emoji-en.ts'),
  zh: () => import('./emoji-zh.ts'),
};

/** Searched letter by letter, so few of many are enough. */
const MOST_FOUND = 120;

interface PickerProps {
  /** Why nobody can react now, in a sentence. */
  readonly hindrance: string | undefined;
  readonly choose: (emoji: string) => void;
  readonly close: () => void;
}

/** A modal dialog: the browser keeps the focus in it, closes it with Escape, and gives the focus back. */
export function Picker({ hindrance, choose, close }: PickerProps) {
  const language = useLanguage();
  const words = PICKER_WORDS[language.id];
  const dialog = useRef<HTMLDialogElement>(null);
  const [groups, setGroups] = useState<readonly (readonly Emoji[])[]>();
  const [hasFailed, setFailed] = useState(false);
  const [query, setQuery] = useState('');
  useLayoutEffect(() => {
    dialog.current?.showModal();
    // On a touch screen a keyboard would open, over half of the emoji.
    const isTouched = ifPossible(() => matchMedia('(pointer: coarse)').matches);
    if (isTouched) dialog.current?.focus();
  }, []);
  useEffect(() => {
    LOAD[language.id]().then(
      ({ EMOJI }) => setGroups(toEmojiGroups(EMOJI)),
      () => setFailed(true),
    );
  }, [language.id]);
  const isSearch = query.trim() !== '';
  const found = useMemo(
    () => (groups && isSearch ? findEmoji(groups, query) : undefined),
    [groups, query, isSearch],
  );
  const take = (emoji: string | undefined) => {
    if (emoji === undefined || hindrance !== undefined) return;
    dialog.current?.close();
    choose(emoji);
  };
  return (
    <dialog
      ref={dialog}
      class="picker"
      tabIndex={-1}
      aria-label={words.title}
      data-testid="picker"
      onClose={close}
      onPointerDown={({ target }) => {
        if (target === dialog.current) dialog.current?.close();
      }}
      onKeyDown={moveInPicker}
      onClick={({ target }) => {
        if (target instanceof Element) {
          take(target.closest('[data-emoji]')?.getAttribute('data-emoji') ?? undefined);
        }
      }}
    >
      <input
        class="picker-search"
        type="search"
        value={query}
        placeholder={words.search}
        aria-label={words.search}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        data-testid="picker-search"
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(found?.[0]?.emoji);
        }}
      />
      <p class="picker-found" role="status">
        <Live text={hindrance ?? (found ? words.found(found.length) : '')} />
        {hasFailed && words.failed}
      </p>
      <div class="picker-emoji">
        {found ? (
          <Emojis of={found.slice(0, MOST_FOUND)} />
        ) : (
          groups?.map((group, index) => (
            <section key={index} class="picker-group" aria-label={words.groups[index]}>
              <h3>{words.groups[index]}</h3>
              <Emojis of={group} isFirst={index === 0} />
            </section>
          ))
        )}
      </div>
    </dialog>
  );
}

/** The first of all is reached by the Tab key, the others by the arrow keys. */
function Emojis({
  of,
  isFirst = true,
}: {
  readonly of: readonly Emoji[];
  readonly isFirst?: boolean;
}) {
  return (
    <div class="picker-grid">
      {of.map(({ emoji, name }, index) => (
        <button
          key={emoji}
          type="button"
          class="picker-one"
          tabIndex={isFirst && index === 0 ? 0 : -1}
          title={name}
          aria-label={name}
          data-emoji={emoji}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

/** The arrow keys, Home and End move over the emoji. Above the first row is the search. */
function moveInPicker(event: KeyboardEvent): void {
  const { currentTarget: picker, target } = event;
  if (!(picker instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = arrowKey(event.key, getComputedStyle(picker).direction);
  const search = picker.querySelector('input');
  const all = [...picker.querySelectorAll<HTMLElement>('[data-emoji]')];
  const next = target === search ? fromSearch(key, all) : fromEmoji(key, all, target, search);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function fromSearch(key: string, all: readonly HTMLElement[]): HTMLElement | undefined {
  return key === 'ArrowDown' ? all[0] : undefined;
}

function fromEmoji(
  key: string,
  all: readonly HTMLElement[],
  from: HTMLElement,
  search: HTMLElement | null,
): HTMLElement | null | undefined {
  const at = all.indexOf(from);
  if (at === -1) return undefined;
  switch (key) {
    case 'ArrowRight':
      return all[at + 1];
    case 'ArrowLeft':
      return all[at - 1] ?? search;
    case 'ArrowDown':
      return nearest(all.slice(at + 1), from);
    case 'ArrowUp':
      return nearest(all.slice(0, at).reverse(), from) ?? search;
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      return undefined;
  }
}

/** In the next row of these, the one that is nearest to the side of `from`. */
function nearest(others: readonly HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const next = others.find(({ offsetTop }) => offsetTop !== from.offsetTop);
  const row = others.filter(({ offsetTop }) => offsetTop === next?.offsetTop);
  const distance = ({ offsetLeft }: HTMLElement) => Math.abs(offsetLeft - from.offsetLeft);
  return [...row].sort((a, b) => distance(a) - distance(b))[0];
}
