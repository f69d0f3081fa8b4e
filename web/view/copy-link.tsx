import { useState } from 'preact/hooks';
import { WORDS } from '../words.ts';

/** Copies the page's address. Where the clipboard is not to be had (plain HTTP, permission), shows it for copying by hand. */
export function CopyLink() {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <div class="field">
      <button type="button" class="quiet" data-testid="copy-link" onClick={() => void copy()}>
        {WORDS.copyLink}
      </button>
      <p class="hint" role="status">
        {outcome === 'copied' && WORDS.copied}
      </p>
      {outcome === 'failed' && (
        <input
          readOnly
          aria-label={WORDS.linkIs}
          value={location.href}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </div>
  );
}
