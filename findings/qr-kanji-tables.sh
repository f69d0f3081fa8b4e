#!/usr/bin/env bash
# Package:  qrcode 1.5.4, jsqr 1.4.0, @zxing/library 0.21.3 (npm)
# Input:    the full-width characters U+FF3C and U+FF5E, written with qrcode's own table for the Kanji mode.
# Expected: what one of them writes, the others read. ISO/IEC 18004 takes the Kanji mode's characters from JIS X 0208 in
#           Shift JIS, and Encoding (WHATWG) maps 81 5F to U+FF3C and 81 60 to U+FF5E, as qrcode does.
# Seen:     jsqr reads an ordinary backslash and a wave dash, U+301C. @zxing/library reads U+FF3C, and fails at U+FF5E.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts qrcode@1.5.4 jsqr@1.4.0 @zxing/library@0.21.3

cat > try.mjs <<'JS'
import * as zxing from '@zxing/library';
import jsqr from 'jsqr';
import qrcode from 'qrcode';
import toSJISFunc from 'qrcode/helper/to-sjis.js';

const SCALE = 4;
const MARGIN = 4;

/** The code as grey pixels, one byte each. */
function draw({ size, data }) {
  const width = (size + 2 * MARGIN) * SCALE;
  const pixels = new Uint8ClampedArray(width * width).fill(255);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = [Math.floor(y / SCALE) - MARGIN, Math.floor(x / SCALE) - MARGIN];
      const isInside = row >= 0 && column >= 0 && row < size && column < size;
      if (isInside && data[row * size + column]) pixels[y * width + x] = 0;
    }
  }
  return { width, pixels };
}

function readWithZxing({ width, pixels }) {
  const source = new zxing.RGBLuminanceSource(pixels, width, width);
  try {
    return new zxing.QRCodeReader().decode(new zxing.BinaryBitmap(new zxing.GlobalHistogramBinarizer(source))).getText();
  } catch (error) {
    return error.getKind();
  }
}

function readWithJsqr({ width, pixels }) {
  const rgba = Uint8ClampedArray.from({ length: pixels.length * 4 }, (_, i) => (i % 4 === 3 ? 255 : pixels[i >> 2]));
  return jsqr.default(rgba, width, width).data;
}

const code = (text) => (text.length > 1 ? text : `U+${text.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
for (const text of ['\u70b9', '\uff3c', '\uff5e']) {
  const image = draw(qrcode.create([{ data: text, mode: 'kanji' }], { toSJISFunc }).modules);
  console.log(code(text), '| jsqr', code(readWithJsqr(image)), '| zxing', code(readWithZxing(image)));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
U+70B9 | jsqr U+70B9 | zxing U+70B9
U+FF3C | jsqr U+005C | zxing U+FF3C
U+FF5E | jsqr U+301C | zxing FormatException
SEEN
