import type { SearchHit } from '../../../functions/protocol.ts';
import { proseOf } from '../../text/excerpt.ts';
import { type Piece, toExcerpt, toPieces } from '../../text/search-marks.ts';
import { startOfDay } from '../../words/language.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';

interface HitsProps {
  readonly hits: readonly SearchHit[];
  /** Folded. */
  readonly words: readonly string[];
  readonly jumpTo: (seq: number) => void;
}

/** What was found, newest first, below the days. */
export function Hits({ hits, words, jumpTo }: HitsProps) {
  const { formats } = useLanguage();
  return (
    <ol class="hits" data-testid="hits">
      {hits.map((hit, index) => {
        const before = hits[index - 1];
        const day = startOfDay(hit.sentAt);
        return (
          <li key={hit.seq}>
            {(before === undefined || startOfDay(before.sentAt) !== day) && (
              <h2 class="hit-day">
                <Live text={formats.day(hit.sentAt, Date.now())} />
              </h2>
            )}
            <button
              type="button"
              class="hit"
              data-testid="hit"
              data-seq={hit.seq}
              onClick={() => jumpTo(hit.seq)}
            >
              <span class="hit-head">
                <bdi class="author" translate={false}>
                  {toPieces(hit.name, words).map(pieceOf)}
                </bdi>{' '}
                <time
                  dateTime={new Date(hit.sentAt).toISOString()}
                  title={formats.full(hit.sentAt)}
                  translate={false}
                >
                  {formats.time(hit.sentAt)}
                </time>
              </span>
              <span class="hit-text" dir="auto">
                {toExcerpt(proseOf(hit), words).map(pieceOf)}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function pieceOf({ text, isMatch }: Piece, index: number) {
  return isMatch ? <mark key={index}>{text}</mark> : text;
}

/** The arrow keys go from the field to the first message, from one to the next, and back. */
export function moveBetweenHits(event: KeyboardEvent, field: HTMLElement | null): void {
  const { target, currentTarget: panel, key } = event;
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!(panel instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  const hits = [...panel.querySelectorAll<HTMLElement>('.hit')];
  const at = hits.indexOf(target);
  if (at < 0 && target !== field) return;
  const next = at + step < 0 ? field : hits[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
