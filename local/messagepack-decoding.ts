// Decodes untrusted MessagePack. The decoder allocates an array by its header, before any element arrives, and five bytes
// can claim four billion elements. So this checks the headers first.

import { type DecoderOptions, decode } from '@msgpack/msgpack';

/** The limit of SignalR's own hub protocol: MessagePackSecurity.UntrustedData, MaximumObjectGraphDepth. */
const MAX_DEPTH = 500;

/** Like `decode`, with memory in proportion to the bytes. Throws unless the bytes are one MessagePack value. */
export function decodeBounded(bytes: Uint8Array, options?: DecoderOptions): unknown {
  checkSizes(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return decode(bytes, options);
}

/** The position of each value in an array or a map, keys included. The bytes have to be valid. */
export function positionsWithin(bytes: Uint8Array, at = 0): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const positions: number[] = [];
  const length = valuesWithin(view, at);
  let next = at + bytesOf(view, at);
  while (positions.length < length) {
    positions.push(next);
    for (let values = 1; values > 0; values -= 1) {
      values += valuesWithin(view, next);
      next += bytesOf(view, next);
    }
  }
  return positions;
}

/** Throws if the open containers need more values than bytes follow, because a value has at least one byte. */
function checkSizes(view: DataView): void {
  const lacking: number[] = [];
  let here = 1;
  let inAll = 1;
  for (let at = 0; inAll > 0 && at < view.byteLength; ) {
    const within = valuesWithin(view, at);
    at += bytesOf(view, at);
    here -= 1;
    inAll += within - 1;
    if (inAll > view.byteLength - at) throw new RangeError('it ends before its last value');
    if (within > 0) {
      if (lacking.length === MAX_DEPTH) {
        throw new RangeError(`it is nested more than ${MAX_DEPTH} deep`);
      }
      lacking.push(here);
      here = within;
    }
    while (here === 0 && lacking.length > 0) here = lacking.pop() ?? 0;
  }
}

/** Number of values in an array or a map, including keys. */
function valuesWithin(view: DataView, at: number): number {
  const head = view.getUint8(at);
  if (head >= 0x80 && head < 0x90) return 2 * (head & 0x0f);
  if (head >= 0x90 && head < 0xa0) return head & 0x0f;
  switch (head) {
    case 0xdc:
      return view.getUint16(at + 1);
    case 0xdd:
      return view.getUint32(at + 1);
    case 0xde:
      return 2 * view.getUint16(at + 1);
    case 0xdf:
      return 2 * view.getUint32(at + 1);
  }
  return 0;
}

/** Length of a value, or of the header of an array or a map. */
function bytesOf(view: DataView, at: number): number {
  const head = view.getUint8(at);
  if (head < 0xa0 || head >= 0xe0) return 1;
  if (head < 0xc0) return 1 + (head & 0x1f);
  switch (head) {
    case 0xcc: // integers
    case 0xd0:
      return 2;
    case 0xcd:
    case 0xd1:
    case 0xdc: // an array
    case 0xde: // a map
      return 3;
    case 0xca: // a float
    case 0xce:
    case 0xd2:
    case 0xdd:
    case 0xdf:
      return 5;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return 9;
    case 0xc4: // bytes
    case 0xd9: // text
      return 2 + view.getUint8(at + 1);
    case 0xc5:
    case 0xda:
      return 3 + view.getUint16(at + 1);
    case 0xc6:
    case 0xdb:
      return 5 + view.getUint32(at + 1);
    case 0xc7: // extensions: one more byte, the type
      return 3 + view.getUint8(at + 1);
    case 0xc8:
      return 4 + view.getUint16(at + 1);
    case 0xc9:
      return 6 + view.getUint32(at + 1);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return 2 + 2 ** (head - 0xd4);
  }
  return 1;
}
