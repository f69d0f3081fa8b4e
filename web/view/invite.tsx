import { useState } from 'preact/hooks';
import { copyText } from '../device/clipboard.ts';
import { ifPossible } from '../device/if-possible.ts';
import { nameOfRoom, pathOf, readableLink } from '../device/names.ts';
import type { QrCode } from '../text/qr-code.ts';
import { Failed } from './guard.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';

interface InviteProps {
  readonly room: string;
  /** Whether nobody has written in the room yet. */
  readonly isFirst?: boolean;
}

/** The link to the room: to copy, to share with the device's dialog, and as a QR code for a phone. */
export function Invite({ room, isFirst = false }: InviteProps) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  const [code, setCode] = useState<QrCode>();
  /** Whether the part that draws the code does not load: it is gone after a deployment, or the network is away. */
  const [isMissing, setMissing] = useState(false);
  const link = new URL(pathOf(room), document.baseURI).href;
  const readable = readableLink(room, document.baseURI);
  const toggleCode = async () => {
    if (code !== undefined) return setCode(undefined);
    try {
      const { toQrCode } = await import('../text/qr-code.ts');
      return setCode(toQrCode(link));
    } catch {
      return setMissing(true);
    }
  };
  return (
    <div class="invite" data-first={isFirst} data-testid="invite">
      {isFirst ? <p>{words.invite}</p> : <h2>{words.inviteTitle}</h2>}
      <input
        class="link-box"
        readOnly
        aria-label={words.linkIs}
        value={readable}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="field-row">
        <button
          type="button"
          class="quiet"
          data-testid="copy-link"
          onClick={() => void copyText(readable).then(setCopied)}
        >
          {words.copyLink}
        </button>
        {ifPossible(() => navigator.share) && (
          <button
            type="button"
            class="quiet"
            data-testid="share"
            onClick={() => share(nameOfRoom(room).name, link)}
          >
            {words.share}
          </button>
        )}
        <button
          type="button"
          class="quiet"
          data-testid="qr"
          aria-expanded={code !== undefined}
          onClick={() => void toggleCode()}
        >
          <Live text={code === undefined ? words.showQr : words.hideQr} />
        </button>
      </div>
      <p class="hint" role="status">
        {isCopied && <Live text={words.linkCopied} />}
      </p>
      {isMissing && code === undefined && <Failed />}
      {code !== undefined && (
        <svg
          class="qr"
          role="img"
          aria-label={words.qrOf(nameOfRoom(room).name)}
          data-testid="qr-code"
          viewBox={`0 0 ${code.size} ${code.size}`}
        >
          <path d={code.path} />
        </svg>
      )}
    </div>
  );
}

function share(title: string, url: string): void {
  // Rejects if the person cancels.
  ifPossible(() => navigator.share({ title, url }).catch(() => {}));
}
