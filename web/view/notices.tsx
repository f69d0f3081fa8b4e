import { useEffect } from 'preact/hooks';
import { isInFocus, onFocusChange } from '../device/focus.ts';
import type { ChatState, Notice } from '../state/chat-state.ts';
import type { Problem } from '../state/connection-state.ts';
import { NOTICE_MS } from '../state/notices.ts';
import type { Language } from '../words/language.ts';
import type { Words } from '../words/words.ts';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';

interface NoticesProps {
  readonly state: ChatState;
  readonly dismiss: () => void;
  readonly reconnect: () => void;
  /** Opens the closed room again, for a moderator. */
  readonly openRoom: () => void;
}

/** Notices about the connection, each with a next step. */
export function Notices({ state, dismiss, reconnect, openRoom }: NoticesProps) {
  const { connection, notice, isNetworkUp, log } = state;
  const language = useLanguage();
  const { words } = language;
  useDismissal(connection.kind === 'online' ? notice : undefined, dismiss);
  const isRefused = connection.kind === 'refused' || connection.kind === 'blocked';
  const mayOpen = isRefused && connection.problem.mayOpen;
  // The reason of the disconnect is the reason of the ban: one notice shows both, the reason first.
  const reason = connection.kind === 'blocked' && notice?.kind === 'ended' ? notice : undefined;
  return (
    <div class="notices" aria-live="polite">
      {!isNetworkUp && connection.kind !== 'online' && log.to !== undefined && (
        <div class="notice" data-testid="offline-notice">
          <p>{words.offlineNotice}</p>
        </div>
      )}
      {isRefused && (
        <div class="notice" data-kind={connection.kind} data-testid="notice">
          <div>
            {reason && (
              <p dir="auto">
                <Live text={noticeText(reason, words)} />
              </p>
            )}
            <p dir="auto">
              <Live
                text={
                  connection.kind === 'blocked'
                    ? words.sentences(blockedText(connection.problem, language), words.blockedRetry)
                    : problemText(connection.problem, words)
                }
              />
            </p>
          </div>
          <button type="button" onClick={mayOpen ? openRoom : reconnect}>
            {mayOpen ? words.openRoom : words.connectNow}
          </button>
        </div>
      )}
      {notice !== undefined && notice !== reason && (
        <div class="notice" data-testid="notice">
          <p dir="auto">
            <Live text={noticeText(notice, words)} />
          </p>
          {notice.kind === 'part-missing' ? (
            <button type="button" data-testid="reload" onClick={() => location.reload()}>
              {words.reload}
            </button>
          ) : (
            <button type="button" onClick={dismiss}>
              {words.dismiss}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** Dismisses a notice that the person has had in sight for a while. A page out of sight keeps it. */
function useDismissal(notice: Notice | undefined, dismiss: () => void): void {
  const isWanted = notice !== undefined && notice.kind !== 'part-missing';
  useEffect(() => {
    if (!isWanted) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      clearTimeout(timer);
      if (isInFocus()) timer = setTimeout(dismiss, NOTICE_MS);
    };
    look();
    const unwatch = onFocusChange(look);
    return () => {
      clearTimeout(timer);
      unwatch();
    };
  }, [notice, isWanted, dismiss]);
}

function noticeText(notice: Notice, words: Words): string {
  switch (notice.kind) {
    case 'ended':
      return words.ended(notice.reason);
    case 'problem':
      return problemText(notice.problem, words);
    case 'part-missing':
      return words.partFailed;
  }
}

function blockedText(problem: Problem, { words, formats }: Language): string {
  if (problem.code === 'room_closed') return words.roomClosed(problem.reason);
  if (problem.until === undefined) return problemText(problem, words);
  const time = formats.end(problem.until, Date.now());
  return problem.code === 'quota_used_up' ? words.quotaUntil(time) : words.blockedUntil(time);
}

const problemText = ({ code, message }: Problem, words: Words) => words.problem(code, message);
