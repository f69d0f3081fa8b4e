import { isChangeable, type OutboxLine } from '../state/outbox.ts';
import type { Words } from '../words/words.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { MessageText } from './message-text.tsx';
import { Answer } from './past-part.tsx';

interface OutboxLinesProps {
  readonly lines: readonly OutboxLine[];
  /** False while a moderator lets the person write nothing. */
  readonly canSend: boolean;
  /** The first line will belong to the group of the message before it. */
  readonly follows: boolean;
  readonly tryAgain: (id: string) => void;
  readonly discard: (id: string) => void;
  readonly edit: (line: OutboxLine) => void;
}

/** Unsent lines, below the messages. Screen readers announce a line when the room has it, not here. */
export function OutboxLines(props: OutboxLinesProps) {
  const { lines, canSend, follows, tryAgain, discard, edit } = props;
  const words = useWords();
  return (
    <div class="outbox" aria-live="off">
      {lines.map((line, index) => {
        const { id, text, state, problem } = line;
        return (
          <article
            class="line"
            key={id}
            data-testid="outbox-line"
            data-id={id}
            data-state={state}
            data-direction="sent"
            data-follows={follows || index > 0}
            tabIndex={-1}
          >
            {/* A line has the head that it will have as a message, so nothing moves when it becomes one. */}
            <p class="line-head">
              <span class="direction" lang="zh">
                {words.sentMark}
              </span>
            </p>
            <p class="line-state">
              <Icon name={ICONS[state]} />
              <Live text={stateText(line, words)} />
            </p>
            <div class="line-body">
              <Answer to={line.replyTo} />
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
                <Decide line={line} edit={edit} discard={discard} />
              </div>
            )}
            {state === 'waiting' && isChangeable(line) && (
              <div class="line-side">
                <Decide line={line} edit={edit} discard={discard} isPlain />
              </div>
            )}
          </article>
        );
      })}
    </div>
  );
}

const ICONS = { waiting: 'clock', sending: 'clock', stored: 'check', refused: 'alert' } as const;

interface DecideProps extends Pick<OutboxLinesProps, 'edit' | 'discard'> {
  readonly line: OutboxLine;
  /** The buttons are no more than words, beside a line. */
  readonly isPlain?: boolean;
}

function Decide({ line, edit, discard, isPlain }: DecideProps) {
  const words = useWords();
  const style = isPlain ? 'plain' : undefined;
  return (
    <>
      {line.removes === undefined && (
        <button type="button" class={style} data-testid="edit-line" onClick={() => edit(line)}>
          {words.edit}
        </button>
      )}
      <button type="button" class={style} data-testid="discard" onClick={() => discard(line.id)}>
        {words.discard}
      </button>
    </>
  );
}

function stateText({ state, edits, removes }: OutboxLine, words: Words): string {
  if (edits !== undefined) return words.notSaved;
  if (removes !== undefined) return words.notRemoved;
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
