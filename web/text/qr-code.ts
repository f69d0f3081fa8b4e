import { encode } from 'uqr';

/** Around the code as much is left white as readers need to find it: ISO/IEC 18004 asks for four modules. */
const QUIET = 4;

export interface QrCode {
  /** Modules on a side, the quiet zone included. */
  readonly size: number;
  /** The dark modules, as an SVG path in units of a module. */
  readonly path: string;
}

export function toQrCode(text: string): QrCode {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return { size, path };
}
