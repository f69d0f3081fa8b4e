import type { OutboxLine } from '../outbox.ts';
import { WORDS } from '../words.ts';

interface OutboxLinesProps {
  readonly lines: readonly OutboxLine[];
  readonly tryAgain: (id: string) => void;
  readonly discard: (id: string) => void;
}

/** What was written and is not in the room yet, below everything that is. */
export function OutboxLines({ lines, tryAgain, discard }: OutboxLinesProps) {
  return (
    <>
      {lines.map(({ id, text, state, reason }) => (
        <article
          class="line"
          key={id}
          data-testid="outbox-line"
          data-state={state}
          data-direction="sent"
        >
          <p class="line-head">
            <span class="direction" lang="zh">
              {WORDS.sent}
            </span>
            <span class="line-state">{stateText(state)}</span>
          </p>
          <p class="text" dir="auto">
            {text}
          </p>
          {state === 'refused' && (
            <div class="line-refusal">
              <p dir="auto">{reason}</p>
              <button type="button" onClick={() => tryAgain(id)}>
                {WORDS.tryAgain}
              </button>
              <button type="button" onClick={() => discard(id)}>
                {WORDS.discard}
              </button>
            </div>
          )}
        </article>
      ))}
    </>
  );
}

function stateText(state: OutboxLine['state']): string {
  switch (state) {
    case 'waiting':
      return WORDS.waiting;
    case 'sending':
      return WORDS.sending;
    case 'stored':
      return WORDS.stored;
    case 'refused':
      return WORDS.notSent;
  }
}
