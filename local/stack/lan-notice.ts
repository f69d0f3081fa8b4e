// What `npm start -- --lan` prints: the address as a QR code, and who can do what there.

import { encode } from 'uqr';
import type { Screen } from '../terminal.ts';

interface LanNotice {
  readonly url: string;
  /** Publishing and moderation need it. */
  readonly functionKey: string;
  /** Other addresses of this machine, for a phone that cannot reach this one. */
  readonly others: readonly string[];
  /** A code is drawn for a person only. Undefined if nobody looks. */
  readonly screen: Screen | undefined;
}

export function toLanNotice({ url, functionKey, others, screen }: LanNotice): string {
  const code = screen?.hasEscapes ? `${drawOrExplain(url, screen.columns())}\n\n` : '';
  const elsewhere =
    others.length === 0
      ? ''
      : `\n  If your phone cannot reach it, try --lan with another address: ${others.join(', ')}.`;
  return `${code}  Everyone who reaches ${new URL(url).host} can read and write in each room whose name they know, unencrypted.
  Publishing and moderating need a key: CHAT_URL=${url} CHAT_KEY=${functionKey}${elsewhere}`;
}

/** Source: ISO/IEC 18004. Readers need four white modules around the code. */
const QUIET = 4;
const MARGIN = '  ';
/** Black on white in each terminal: some readers refuse a code whose colours are inverted. */
const [ON_WHITE, PLAIN] = ['\x1b[30;107m', '\x1b[0m'];

/** A code whose lines are broken is unreadable. */
function drawOrExplain(url: string, columns: number): string {
  const needed = encode(url, { ecc: 'M', border: QUIET }).size + MARGIN.length;
  return needed <= columns
    ? drawQrCode(url)
    : `  A terminal with ${needed} columns or more shows a QR code here.`;
}

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
    return `${MARGIN}${ON_WHITE}${row.join('')}${PLAIN}`;
  });
  return lines.join('\n');
}
