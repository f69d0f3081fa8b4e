// What a moderator does: says what will happen, asks for a reason, and does it. A part of the dialogs.

import { useState } from 'preact/hooks';
import type { ChatMessage } from '../../functions/protocol.ts';
import { fromJson, refusalOf } from '../connection/chat-api.ts';
import { within } from '../connection/retry.ts';
import { fetchText } from '../connection/timed-fetch.ts';
import { excerptOf } from '../text/excerpt.ts';
import type { Visit } from '../visit.ts';
import {
  BAN_MINUTES,
  type BanMinutes,
  MODERATION_WORDS,
  type ModerationWords,
} from '../words/moderation-words.ts';
import type { Words } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { useLanguage } from './language.ts';

export type Moderating =
  | { readonly deed: 'remove'; readonly message: ChatMessage }
  | { readonly deed: 'ban'; readonly userId: string; readonly name: string }
  | { readonly deed: 'close' | 'open' };

interface ModerationFormProps {
  readonly what: Moderating;
  readonly visit: Visit;
  readonly close: () => void;
}

const ANSWER_LIMIT_MS = 15_000;
/** As in the functions. */
const MAX_REASON_LENGTH = 500;

/** The dialog of one deed. It stays open, and says why, until the deed is done. */
export function ModerationForm({ what, visit, close }: ModerationFormProps) {
  const { id, words } = useLanguage();
  const own = MODERATION_WORDS[id];
  const [minutes, setMinutes] = useState<BanMinutes>(BAN_MINUTES[0]);
  const { title, means, now } = textsOf(what, own, minutes);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (form: FormData) => {
    setBusy(true);
    setProblem('');
    const failure = await act(what, form, visit, words).catch(() => own.noAnswer);
    setBusy(false);
    if (failure) setProblem(failure);
    else close();
  };
  return (
    <Dialog title={title} close={close}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit(new FormData(event.currentTarget));
        }}
        onKeyDown={(event) => {
          // The Enter that has opened the dialog may still be held down, and the reason has the focus.
          if (event.key === 'Enter' && event.repeat) event.preventDefault();
        }}
      >
        {what.deed === 'remove' && (
          <blockquote dir="auto" data-testid="moderated-text">
            {excerptOf(what.message)}
          </blockquote>
        )}
        <p class="hint" id="moderation-means">
          {means}
        </p>
        {what.deed === 'ban' && (
          <>
            <label for="ban-minutes">{own.time}</label>
            <select
              id="ban-minutes"
              name="minutes"
              aria-describedby="moderation-means"
              data-first
              data-testid="ban-minutes"
              onChange={({ currentTarget }) => {
                const chosen = BAN_MINUTES.find((one) => `${one}` === currentTarget.value);
                if (chosen) setMinutes(chosen);
              }}
            >
              {BAN_MINUTES.map((one) => (
                <option key={one} value={one}>
                  {own.times[one]}
                </option>
              ))}
            </select>
          </>
        )}
        {what.deed !== 'open' && (
          <>
            <label for="moderation-reason">{own.reason}</label>
            <input
              id="moderation-reason"
              name="reason"
              maxLength={MAX_REASON_LENGTH}
              autocomplete="off"
              dir="auto"
              aria-describedby="moderation-means"
              data-first={what.deed !== 'ban' || undefined}
              data-testid="moderation-reason"
            />
          </>
        )}
        <p class="complaint" role="alert">
          {problem}
        </p>
        <div class="field-row">
          <button
            type="submit"
            class={what.deed === 'open' ? undefined : 'danger'}
            aria-disabled={isBusy}
            data-first={what.deed === 'open' || undefined}
            data-testid="moderate-now"
          >
            {what.deed !== 'open' && <Icon name="alert" />}
            {now}
          </button>
          <button type="button" class="quiet" onClick={close}>
            {own.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function textsOf(
  what: Moderating,
  words: ModerationWords,
  minutes: BanMinutes,
): { readonly title: string; readonly means: string; readonly now: string } {
  switch (what.deed) {
    case 'remove':
      return {
        title: words.removeTitle(what.message.name),
        means: words.removeMeans,
        now: words.removeNow,
      };
    case 'ban':
      return {
        title: words.banTitle(what.name),
        means: words.banMeans(what.name, words.times[minutes]),
        now: words.banNow(words.times[minutes]),
      };
    case 'close':
      return { title: words.closeTitle, means: words.closeMeans, now: words.closeNow };
    case 'open':
      return { title: words.openTitle, means: words.openMeans, now: words.openNow };
  }
}

/** What went wrong, as a sentence. Rejects if no answer came. */
async function act(
  what: Moderating,
  form: FormData,
  { chat, room, fetcher }: Visit,
  words: Words,
): Promise<string | undefined> {
  const reason = String(form.get('reason') ?? '');
  const invoke = async (...call: Parameters<typeof chat.moderate>) => {
    const result = await within(ANSWER_LIMIT_MS, chat.moderate(...call), call[0]);
    return result.ok ? undefined : words.problem(result.code, result.message);
  };
  switch (what.deed) {
    case 'remove':
      return invoke('remove', reason, what.message.seq);
    case 'ban':
      return invoke('ban', reason, what.userId, Number(form.get('minutes')));
    case 'close': {
      const failure = await invoke('close', reason);
      // This connection is the only one that is still there.
      if (!failure) chat.reconnect();
      return failure;
    }
    case 'open': {
      const url = `api/rooms/${encodeURIComponent(room)}/open`;
      const sent = await fetchText(fetcher, url, { method: 'PUT' }, { limitMs: ANSWER_LIMIT_MS });
      if (sent.response.ok) {
        chat.reconnect();
        return undefined;
      }
      const refusal = refusalOf(fromJson(sent.text));
      if (!refusal) throw new Error(`the answer is ${sent.response.status}`);
      return words.problem(refusal.code, refusal.message);
    }
  }
}
