import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import type { OutboxLine } from '../state/outbox.ts';
import type { Store } from '../state/store.ts';
import { Avatar } from './avatar.tsx';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';
import { memo } from './memo.tsx';
import { Marked } from './mentions.tsx';
import { Actions } from './message-actions.tsx';
import { MessageText } from './message-text.tsx';
import { Answer } from './past-part.tsx';
import { PublishedText } from './published-text.tsx';
import type { Reacting } from './reactions.ts';

interface MessageLineProps {
  readonly message: ChatMessage;
  readonly isMine: boolean;
  /** The message belongs to the group of the message before, and shares its head. */
  readonly follows: boolean;
  /** The person's edit or removal of it that the room does not show yet. */
  readonly change: OutboxLine | undefined;
  /** The number online, if the head is to say it. */
  readonly online: number | undefined;
  readonly store: Store<ChatState, ChatEvent>;
  readonly reply: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
  readonly reacting: Reacting | undefined;
  /** Opens the menu of actions. */
  readonly more: (message: ChatMessage, at: { x: number; y: number }) => void;
}

/** One message. It renders again only when it is edited or removed. */
export const MessageLine = memo((props: MessageLineProps) => {
  const { message, isMine, follows, online, change, store } = props;
  const { reply, copy, more, reacting } = props;
  const { words } = useLanguage();
  const { seq, userId, name, sentAt } = message;
  const text = change?.edits === undefined ? message.text : change.text;
  const said = <Said userId={userId} text={text} />;
  return (
    <article
      class="line"
      data-testid="message"
      data-seq={seq}
      data-direction={isMine ? 'sent' : 'received'}
      data-follows={follows}
      // The arrow keys reach it from the log. A long log is one stop of the Tab key.
      tabIndex={-1}
    >
      {!isMine && <Avatar userId={userId} name={name} />}
      <p class="line-head">
        <bdi class="author" translate={false}>
          {name}
        </bdi>{' '}
        <span class="direction" lang="zh" title={isMine ? words.sentMeans : words.receivedMeans}>
          {isMine ? words.sentMark : words.receivedMark}
        </span>{' '}
        <Time at={sentAt} online={message.online} />
        {online !== undefined && (
          <span class="line-online" data-testid="line-online">
            {' · '}
            <Live text={words.online(online)} />
          </span>
        )}
      </p>
      <div class="line-body">
        {!message.deleted && <Answer to={message.replyTo} />}
        {message.deleted ? (
          <p class="text removed" data-testid="removed">
            <Live
              text={message.reason === undefined ? words.removed : words.removedBy(message.reason)}
            />
          </p>
        ) : message.mentions ? (
          <Marked message={message} store={store}>
            {said}
          </Marked>
        ) : (
          said
        )}
        {change ? (
          <p class="edited" data-testid="changing">
            <Live text={change.removes === undefined ? words.saving : words.removing} />
          </p>
        ) : (
          <Edited message={message} />
        )}
        {reacting && !message.deleted && <reacting.Chips seq={seq} />}
      </div>
      <div class="line-side">
        {/* Its head is the one of a line before, and screen readers have read the time of its own. */}
        {follows && (
          <span class="line-time" aria-hidden="true">
            <Time at={sentAt} online={message.online} />
          </span>
        )}
        {!message.deleted && <Actions message={message} reply={reply} copy={copy} more={more} />}
      </div>
    </article>
  );
});

/** Name and text of a message that the page fails to show otherwise. */
export function PlainLine({ message: { seq, name, text } }: Pick<MessageLineProps, 'message'>) {
  return (
    <article class="line" data-testid="message" data-seq={seq} tabIndex={-1}>
      <p class="line-head">
        <bdi class="author" translate={false}>
          {name}
        </bdi>
      </p>
      <div class="line-body">
        <p class="text" dir="auto" data-testid="message-text">
          {text}
        </p>
      </div>
    </article>
  );
}

function Said({ userId, text }: Pick<ChatMessage, 'userId' | 'text'>) {
  if (userId === PUBLISHER) return <PublishedText text={text} testId="message-text" />;
  return <MessageText text={text} testId="message-text" />;
}

function Edited({ message: { editedAt, deleted } }: Pick<MessageLineProps, 'message'>) {
  const { words, formats } = useLanguage();
  if (editedAt === undefined || deleted) return null;
  return (
    <p class="edited" data-testid="edited" title={formats.full(editedAt)}>
      {words.edited} {formats.time(editedAt)}
    </p>
  );
}

interface TimeProps {
  readonly at: number;
  /** The number online at that time, if it is known. */
  readonly online: number | undefined;
}

function Time({ at, online }: TimeProps) {
  const { formats, words } = useLanguage();
  const title = [formats.full(at), ...(online === undefined ? [] : [words.online(online)])];
  return (
    <time dateTime={new Date(at).toISOString()} title={title.join(' · ')} translate={false}>
      {formats.time(at)}
    </time>
  );
}
