// What `npm start -- --lan` prints: the address as a QR code, and who can do what there.

import { encode } from 'uqr';

interface LanNotice {
  readonly url: string;
  /** Publishing and moderation need it. */
  readonly functionKey: string;
  /** Other addresses of this machine, for a phone that cannot reach this one. */
  readonly others: readonly string[];
  /** A code is drawn for a person only. */
  readonly isTerminal: boolean;
}

export function toLanNotice({ url, functionKey, others, isTerminal }: LanNotice): string {
  const code = isTerminal ? `${drawQrCode(url)}\n\n` : '';
  const elsewhere =
    others.length === 0
      ? ''
      : `\n  If your phone cannot reach it, try --lan with another address: ${others.join(', ')}.`;
  return `${code}  Everyone who reaches ${new URL(url).host} can read and write in each room whose name they know, unencrypted.
  Publishing and moderating need a key: CHAT_URL=${url} CHAT_KEY=${functionKey}${elsewhere}`;
}

/** Source: ISO/IEC 18004. Readers need four white modules around the code. */
const QUIET = 4;
/** Black on white in each terminal: some readers refuse a code whose colours are inverted. */
const [ON_WHITE, PLAIN] = ['\x1b[30;107m', '\x1b[0m'];

/** Two modules a character, one above the other. */
export function drawQrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const isDark = (x: number, y: number) => data[y]?.[x] ?? false;
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const row = Array.from({ length: size }, (_, x) => {
      const upper = isDark(x, line * 2);
      const lower = isDark(x, line * 2 + 1);
      if (upper) return lower ? '█' : '▀';
      return lower ? '▄' : ' ';
    });
    return `  ${ON_WHITE}${row.join('')}${PLAIN}`;
  });
  return lines.join('\n');
}
