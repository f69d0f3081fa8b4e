#!/usr/bin/env bash
# Package:  jsqr 1.4.0 (npm)
# Input:    a QR code whose byte segment is "café" in ISO-8859-1 (63 61 66 E9), without an ECI.
# Expected: ISO/IEC 18004, 7.3.5 and 7.4.5: without an ECI, byte mode is ISO-8859-1. The text, or at least an error.
# Seen:     a result with an empty text: what the bytes say is lost for who reads `data`, and it looks like an empty code.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts jsqr@1.4.0 qrcode@1.5.4

cat > try.mjs <<'JS'
import jsqr from 'jsqr';
import qrcode from 'qrcode';

const SCALE = 4;
const MARGIN = 4;

function read(bytes) {
  const { size, data } = qrcode.create([{ data: bytes, mode: 'byte' }]).modules;
  const width = (size + 2 * MARGIN) * SCALE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let i = 0; i < size * size * SCALE * SCALE; i++) {
    const [y, x] = [Math.floor(i / (size * SCALE)), i % (size * SCALE)];
    if (!data[Math.floor(y / SCALE) * size + Math.floor(x / SCALE)]) continue;
    const at = ((y + MARGIN * SCALE) * width + x + MARGIN * SCALE) * 4;
    pixels.fill(0, at, at + 3);
  }
  const { data: text, binaryData } = jsqr.default(pixels, width, width);
  return `text ${JSON.stringify(text)}, bytes ${Buffer.from(binaryData).toString('hex')}`;
}

console.log('UTF-8     ', read(Buffer.from('café', 'utf8')));
console.log('ISO-8859-1', read(Buffer.from('café', 'latin1')));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
UTF-8      text "café", bytes 636166c3a9
ISO-8859-1 text "", bytes 636166e9
SEEN
