import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  ChatError,
  type ChatMessage,
  lengthOf,
  MAX_TEXT_LENGTH,
  showsNothing,
} from '../../functions/protocol.ts';
import type { Mentions } from '../connection/chat.ts';
import { watchDroppedFiles } from '../device/dropped-files.ts';
import type { Draft } from '../device/unsent.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import type { Problem } from '../state/connection-state.ts';
import { type Editable, keyOf } from '../state/own-messages.ts';
import type { Store } from '../state/store.ts';
import { fitDraft, isDraftFull, MOST_DRAFT, withoutLastBreaks } from '../text/draft-text.ts';
import type { Named } from '../text/mentions.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { lazyPart } from './lazy-part.ts';
import { Live } from './live.tsx';
import { plainOf } from './logs.ts';
import { memo } from './memo.tsx';
import { loadMentions, type MentionsPart, useMentions } from './mentions.tsx';
import { useMatches } from './page-signs.ts';
import { isSendKey, NO_KEYBOARD } from './send-key.ts';

/** The counter appears when this many characters are left. */
const COUNT_FROM = 200;

interface ComposerProps {
  readonly store: Store<ChatState, ChatEvent>;
  /** Throws `bad_text`. */
  readonly write: (text: string, mentions?: Mentions, replyTo?: number) => void;
  readonly typing: () => void;
  /** A moderator lets the person write nothing now. */
  readonly isShutOut: boolean;
  readonly draft: Draft;
  /** A new object mentions once more. */
  readonly mention: Named | undefined;
  readonly replyTo: ChatMessage | undefined;
  readonly endReply: () => void;
  /** Shows the message of that number. */
  readonly jumpTo: (seq: number) => void;
  /** The message or line that the person edits. */
  readonly edited: Editable | undefined;
  /** Saves its new text. Throws `bad_text`. */
  readonly save: (text: string, mentions?: Mentions) => void;
  readonly endEdit: () => void;
  /** Begins to edit what the person wrote last, if that can be edited. */
  readonly editLast: () => void;
}

export const Composer = memo((props: ComposerProps) => {
  const { store, write, typing, isShutOut, draft, mention, replyTo, endReply } = props;
  const { edited, save, endEdit, editLast, jumpTo } = props;
  /** What the person was writing before the edit. */
  const kept = useRef<string | undefined>(undefined);
  const words = useWords();
  const [text, setText] = useState(draft.read);
  const [problem, setProblem] = useState<Problem>();
  /** Whether the last thing dropped or pasted was a file, which a message cannot hold. */
  const [isFile, setFile] = useState(false);
  const hasKeyboard = !useMatches(NO_KEYBOARD);
  const box = useRef<HTMLTextAreaElement>(null);
  const answer = withoutLastBreaks(text);
  const left = MAX_TEXT_LENGTH - lengthOf(answer);
  const isEmpty = showsNothing(text);
  // The counter already says it, and updates while the person writes.
  const isTooLong = problem?.code === 'bad_text' && left < 0;
  const complaint =
    problem && (isTooLong ? words.tooMany(-left) : words.problem(problem.code, problem.message));
  const isFull = isDraftFull(text);

  // Before the browser paints: a quick Escape belongs to the reply.
  useLayoutEffect(() => {
    if (replyTo) box.current?.focus();
  }, [replyTo]);

  // Before the browser paints: what the person types under the bar of an edit belongs to the edit.
  useLayoutEffect(() => {
    if (edited === undefined) {
      // Without a draft a text stays whose message is gone. Nothing that was written vanishes.
      if (kept.current) setText(kept.current);
      kept.current = undefined;
      return;
    }
    kept.current ??= text;
    setText(edited.text);
    setProblem(undefined);
    box.current?.focus();
    // Another one may have the same text.
  }, [edited && keyOf(edited)]);

  useEffect(() => watchDroppedFiles(() => setFile(true)), []);

  const change = (changed: string) => {
    setText(changed);
    setProblem(undefined);
    setFile(false);
    if (edited === undefined) draft.write(changed);
  };
  const leaveEdit = () => {
    setText(kept.current ?? '');
    endEdit();
  };
  const hasMention = answer.includes('@');
  const mentions = useMentions(hasMention || mention !== undefined);
  /** Whom the text mentions. Without the part it goes out all the same, and mentions nobody. */
  const namedIn = (said: string): Mentions => {
    if (!hasMention) return undefined;
    const before = edited && 'id' in edited ? edited.mentions : undefined;
    const find = ({ mentionsOf }: MentionsPart) => mentionsOf(said, draft, store.state, before);
    return mentions ? find(mentions) : loadMentions().then(find, () => undefined);
  };
  const submit = () => {
    if (isEmpty || isShutOut) return;
    const named = namedIn(answer);
    try {
      if (edited === undefined) {
        write(answer, named, replyTo?.seq);
        change('');
        endReply();
      } else {
        save(answer, named);
        leaveEdit();
      }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      setProblem(error);
    }
    box.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {mentions && <mentions.Completion box={box} draft={draft} store={store} mention={mention} />}
      {replyTo && (
        <ReplyBar
          message={replyTo}
          jumpTo={jumpTo}
          end={() => {
            endReply();
            box.current?.focus();
          }}
        />
      )}
      {edited !== undefined && (
        <Bar testId="edit-bar" title={words.editing} end={leaveEdit} endLabel={words.cancelEdit} />
      )}
      <textarea
        ref={box}
        value={text}
        // Cuts a paste before the browser lays it out. Browsers count differently, so fitDraft cuts too.
        maxLength={MOST_DRAFT}
        rows={1}
        readOnly={isShutOut}
        dir="auto"
        autocomplete="off"
        enterkeyhint={hasKeyboard ? 'send' : 'enter'}
        aria-label={words.write}
        aria-describedby="composer-hint"
        aria-invalid={problem !== undefined || left < 0}
        placeholder={isShutOut ? '' : words.write}
        data-testid="composer"
        onInput={({ currentTarget }) => {
          const written = currentTarget.value;
          const fitting = fitDraft(written);
          if (fitting !== written) currentTarget.value = fitting;
          change(fitting);
          if (fitting !== '' && edited === undefined) typing();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && replyTo) endReply();
          if (event.key === 'Escape' && edited !== undefined) leaveEdit();
          if (isPlainUp(event) && text === '' && edited === undefined && !isShutOut) {
            event.preventDefault();
            editLast();
          }
          if (!isSendKey(event, hasKeyboard)) return;
          event.preventDefault();
          submit();
        }}
      />
      <button
        type="submit"
        class="send"
        data-testid="send"
        title={words.send}
        aria-label={words.send}
        disabled={isEmpty || isShutOut}
        onMouseDown={keepFocus}
      >
        <Icon name="send" />
      </button>
      {isShutOut ? (
        <p class="hint" id="composer-hint" role="status" data-testid="shut-out">
          {words.cannotWrite}
        </p>
      ) : (
        <p class="unseen" id="composer-hint">
          <Live text={isFull ? words.draftCut : (complaint ?? words.writeHint(hasKeyboard))} />
        </p>
      )}
      {left < COUNT_FROM && (
        <p
          // A new element alerts. Screen readers may ignore an element whose role has changed.
          key={isTooLong}
          class="counter"
          data-testid="counter"
          data-over={left < 0}
          role={isTooLong ? 'alert' : 'status'}
        >
          <Live text={left < 0 ? words.tooMany(-left) : words.left(left)} />
        </p>
      )}
      {isFull && (
        <p class="complaint" role="alert" data-testid="draft-cut">
          {words.draftCut}
        </p>
      )}
      {isFile && (
        <p class="complaint" role="alert" data-testid="no-files">
          {words.noFiles}
        </p>
      )}
      {complaint && !isTooLong && (
        <p class="complaint" role="alert">
          <Live text={complaint} />
        </p>
      )}
    </form>
  );
});

/** The composer keeps the focus while a button is pressed, so the on-screen keyboard stays open. */
const keepFocus = (event: Event) => event.preventDefault();

const isPlainUp = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent) =>
  key === 'ArrowUp' && !(ctrlKey || metaKey || altKey || shiftKey);

interface ReplyBarProps extends Pick<ComposerProps, 'jumpTo'> {
  readonly message: ChatMessage;
  readonly end: () => void;
}

const useExcerpt = lazyPart(() => import('./excerpt.tsx'));

function ReplyBar({ message, end, jumpTo }: ReplyBarProps) {
  const words = useWords();
  const excerpt = useExcerpt(true);
  return (
    <Bar
      testId="reply-bar"
      title={words.replyingTo(message.name)}
      end={end}
      endLabel={words.cancelReply}
    >
      <button type="button" class="plain" dir="auto" onClick={() => jumpTo(message.seq)}>
        {excerpt ? <excerpt.Excerpt message={message} /> : <Live text={plainOf(message)} />}
      </button>
    </Bar>
  );
}

interface BarProps {
  readonly testId: string;
  readonly title: string;
  readonly end: () => void;
  readonly endLabel: string;
  readonly children?: ComponentChildren;
}

/** What the text of the composer is for, above it. */
function Bar({ testId, title, end, endLabel, children }: BarProps) {
  return (
    <div class="reply-bar" data-testid={testId}>
      <p>
        <strong>
          <Live text={title} />
        </strong>
        {children}
      </p>
      <button
        type="button"
        class="mini"
        title={endLabel}
        aria-label={endLabel}
        onMouseDown={keepFocus}
        onClick={end}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
