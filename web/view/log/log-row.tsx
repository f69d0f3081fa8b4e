import type { ChatMessage } from '../../../functions/protocol.ts';
import { type Level, levelOf } from '../../text/log-level.ts';
import { withoutCodes } from '../../text/log-text.ts';
import { LOG_WORDS } from '../../words/log-words.ts';
import { useLanguage } from '../language.ts';
import { memo } from '../memo.tsx';
import { Actions } from '../message-actions.tsx';
import { Coloured } from './published-line.tsx';

export interface LogRowProps {
  readonly message: ChatMessage;
  /** Whether the log has more than one source, so that each line names its own. */
  readonly namesSource: boolean;
  readonly reply: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
  /** Opens the menu of actions. On a wide screen a line has no other button. */
  readonly more: (message: ChatMessage, at: { x: number; y: number }) => void;
}

/** The first letter, and the rest, which a narrow screen leaves out. The same in every language, as in the logs themselves. */
const MARKS: Readonly<Record<Level, readonly [string, string]>> = {
  error: ['E', 'RROR'],
  warning: ['W', 'ARN'],
  info: ['I', 'NFO'],
  debug: ['D', 'EBUG'],
};

/** A published line in a log: time, level and source in a gutter, then the line. */
export const LogRow = memo(({ message, namesSource, reply, copy, more }: LogRowProps) => {
  const { id, words, formats } = useLanguage();
  const { seq, text, sentAt, name, deleted, reason } = message;
  const level = deleted ? undefined : levelOf(withoutCodes(text));
  const [first, rest] = level ? MARKS[level] : [];
  return (
    <article class="line log-row" data-testid="message" data-seq={seq} tabIndex={-1}>
      <p class="log-gutter">
        <time
          dateTime={new Date(sentAt).toISOString()}
          title={formats.full(sentAt)}
          translate={false}
        >
          {clockOf(sentAt)}
        </time>
        <span class="log-level" data-level={level} title={level && LOG_WORDS[id].levels[level]}>
          {first}
          <span class="log-level-rest">{rest}</span>
        </span>
        {namesSource && (
          <bdi class="log-source" title={name} translate={false}>
            {name}
          </bdi>
        )}
      </p>
      <div class="log-text" dir="auto" data-testid="message-text" data-level={level}>
        {deleted ? (
          <em data-testid="removed">
            {reason === undefined ? words.removed : words.removedBy(reason)}
          </em>
        ) : (
          <Coloured text={text} />
        )}
      </div>
      <div class="line-side">
        {!deleted && <Actions message={message} reply={reply} copy={copy} more={more} />}
      </div>
    </article>
  );
});

/** Local time with seconds, of one width in every language. */
function clockOf(at: number): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
