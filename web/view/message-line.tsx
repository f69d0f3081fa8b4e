import { memo } from 'preact/compat';
import type { ChatMessage } from '../../functions/protocol.ts';
import { WORDS } from '../words.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

interface MessageLineProps {
  readonly message: ChatMessage;
  readonly isMine: boolean;
}

/** One message. Messages never change, so a line is drawn once. */
export const MessageLine = memo(({ message, isMine }: MessageLineProps) => {
  const { seq, name, text, sentAt } = message;
  return (
    <article
      class="line"
      data-testid="message"
      data-seq={seq}
      data-direction={isMine ? 'sent' : 'received'}
    >
      <p class="line-head">
        <bdi class="author">{name}</bdi>
        <span class="direction" lang="zh">
          {isMine ? WORDS.sent : WORDS.received}
        </span>
        <Time at={sentAt} />
      </p>
      <p class="text" dir="auto" data-testid="message-text">
        {text}
      </p>
    </article>
  );
});

function Time({ at }: { readonly at: number }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return (
    <time dateTime={date.toISOString()} title={FULL.format(date)}>
      {(isToday ? TIME : DAY_AND_TIME).format(date)}
    </time>
  );
}
