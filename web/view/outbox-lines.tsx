import type { OutboxLine } from '../state/outbox.ts';
import type { Words } from '../words/words.ts';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { MessageText } from './message-text.tsx';

interface OutboxLinesProps {
  readonly lines: readonly OutboxLine[];
  /** False while a moderator lets the person write nothing. */
  readonly canSend: boolean;
  readonly tryAgain: (id: string) => void;
  readonly discard: (id: string) => void;
}

/** Unsent lines, below the messages. Screen readers announce a line when the room has it, not here. */
export function OutboxLines({ lines, canSend, tryAgain, discard }: OutboxLinesProps) {
  const words = useWords();
  return (
    <div class="outbox" aria-live="off">
      {lines.map(({ id, text, state, problem }) => (
        <article
          class="line"
          key={id}
          data-testid="outbox-line"
          data-state={state}
          data-direction="sent"
          tabIndex={-1}
        >
          <p class="line-head">
            <span class="direction" lang="zh">
              {words.sentMark}
            </span>{' '}
            <span class="line-state">
              <Live text={stateText(state, words)} />
            </span>
          </p>
          <div class="line-body">
            <MessageText text={text} />
          </div>
          {state === 'refused' && (
            <div class="line-refusal" role="alert">
              {problem && <p dir="auto">{words.problem(problem.code, problem.message)}</p>}
              {canSend && (
                <button type="button" data-testid="try-again" onClick={() => tryAgain(id)}>
                  {words.tryAgain}
                </button>
              )}
              <button type="button" data-testid="discard" onClick={() => discard(id)}>
                {words.discard}
              </button>
            </div>
          )}
        </article>
      ))}
    </div>
  );
}

function stateText(state: OutboxLine['state'], words: Words): string {
  switch (state) {
    case 'waiting':
      return words.waiting;
    case 'sending':
      return words.sending;
    case 'stored':
      return words.stored;
    case 'refused':
      return words.notSent;
  }
}
