// The part of WebSockets that a load generator needs: reads whole frames from a byte stream, however it is chunked, and
// finds the numbers in them. A message carries its number as `#123#`.

const HASH = 0x23;
const EMPTY = Buffer.alloc(0);

/** One client's incoming bytes. */
export class NumberReader {
  #rest: Buffer = EMPTY;
  /** Digits of a number that the end of a frame has cut, or -1. ASP.NET Core fragments messages. */
  #cut = -1;
  readonly #onNumber: (number: number) => void;

  constructor(onNumber: (number: number) => void) {
    this.#onNumber = onNumber;
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const payload = payloadAt(bytes, at);
      if (payload === undefined) break;
      this.#scan(bytes, payload.start, payload.end);
      at = payload.end;
    }
    this.#rest = at === bytes.length ? EMPTY : bytes.subarray(at);
  }

  #scan(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#cut < 0) {
        const hash = bytes.indexOf(HASH, at);
        if (hash < 0 || hash >= end) return;
        at = hash + 1;
        this.#cut = 0;
      }
      while (at < end) {
        const byte = bytes[at] ?? 0;
        at += 1;
        if (byte === HASH) {
          this.#onNumber(this.#cut);
          this.#cut = -1;
          break;
        }
        this.#cut = this.#cut * 10 + byte - 0x30;
      }
    }
  }
}

/** Start and end of the frame's payload, or undefined while the frame is incomplete. Servers do not mask. */
export function payloadAt(
  bytes: Buffer,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  const left = bytes.length - at;
  if (left < 2) return undefined;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (left < header) return undefined;
  const length =
    short < 126
      ? short
      : short === 126
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  const start = at + header;
  return start + length <= bytes.length ? { start, end: start + length } : undefined;
}

/** A text frame as a client sends it. The mask is zero, so the payload stays as it is. */
export function clientFrame(payload: string): Buffer {
  const body = Buffer.from(payload);
  const { length } = body;
  if (length > 0xffff) throw new Error('unable to frame; it is for messages up to 64 KiB only.');
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), body]);
}
