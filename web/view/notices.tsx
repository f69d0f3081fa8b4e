import type { ChatState } from '../chat-state.ts';
import { WORDS } from '../words.ts';

interface NoticesProps {
  readonly state: ChatState;
  readonly dismiss: () => void;
  readonly reconnect: () => void;
}

/** What the person should know about the connection beyond its state: sentences, each with a way on. */
export function Notices({ state: { link, notice }, dismiss, reconnect }: NoticesProps) {
  const isRefused = link.kind === 'refused' || link.kind === 'kept-out';
  return (
    <div class="notices" aria-live="assertive">
      {isRefused && (
        <div class="notice" data-kind={link.kind} data-testid="notice">
          <p dir="auto">
            {link.message} {link.kind === 'kept-out' && WORDS.keptOutRetry}
          </p>
          <button type="button" onClick={reconnect}>
            {WORDS.connectNow}
          </button>
        </div>
      )}
      {notice !== undefined && (
        <div class="notice" data-testid="notice">
          <p dir="auto">{notice}</p>
          <button type="button" onClick={dismiss}>
            {WORDS.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}
