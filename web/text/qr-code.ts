import { encode } from 'uqr';

/** White modules around the code. Readers need four. Source: ISO/IEC 18004. */
const QUIET = 4;

export interface QrCode {
  /** Modules per side, including the quiet zone. */
  readonly size: number;
  /** The dark modules, as an SVG path in units of a module. */
  readonly path: string;
}

/** Throws if the text is too long for a QR code. */
export function toQrCode(text: string): QrCode {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return { size, path };
}
