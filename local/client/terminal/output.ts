// The output of a command. It is complete, or the command fails, because a room may be erased after its export.

import { fstatSync, fsync, write } from 'node:fs';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { toVisible, toVisibleJson } from './visible-text.ts';

/** Nobody reads the output any more, for example after `| head`. This is not a failure. */
export class OutputClosed extends Error {}

/** The output cannot be written, e.g. on a full disk. */
export class OutputFailed extends Error {
  constructor(cause: unknown) {
    super(
      `unable to write the output; ${reasonOf(cause)}. What has been written is not whole: write it again, elsewhere.`,
      { cause },
    );
  }
}

export interface Output {
  /** Whether to use colours: a terminal that supports them, and no request for none. */
  readonly hasColours: boolean;
  /** One line. Control characters are made visible. */
  readonly line: (text: string) => Promise<void>;
  /** One line of JSON without control characters. */
  readonly json: (value: unknown) => Promise<void>;
  /** Lines that are already safe. */
  readonly safe: (lines: string) => Promise<void>;
  /** Rejects if the output is not complete. */
  readonly finish: () => Promise<void>;
}

/** Writes all of the bytes, or rejects. */
export interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly finish?: () => Promise<void>;
}

/** Its methods reject with {@link OutputClosed} or {@link OutputFailed}. */
export function openOutput(sink: Sink, hasColours: boolean): Output {
  const guard = async (step: Promise<void> | undefined) => {
    try {
      await step;
    } catch (error) {
      throw codeOf(error) === 'EPIPE' ? new OutputClosed() : new OutputFailed(error);
    }
  };
  const safe = (lines: string) => guard(sink.write(Buffer.from(`${lines}\n`)));
  return {
    hasColours,
    line: (text) => safe(toVisible(text)),
    json: (value) => safe(toVisibleJson(JSON.stringify(value))),
    safe,
    finish: () => guard(sink.finish?.()),
  };
}

/** Standard output. */
export function openStdout(stdout: NodeJS.WriteStream & { readonly fd: number }): Sink {
  const { fd } = stdout;
  const status = fstatSync(fd);
  const isFile = status.isFile() || (status.isCharacterDevice() && !isatty(fd));
  return isFile ? toFile(fd, status.isFile()) : toStream(stdout);
}

const writeSome = promisify(write);
const flush = promisify(fsync);

/**
 * A file by its descriptor. Node's own stream treats a partial write, as on a full disk, as a complete one
 * (`SyncWriteStream`, at least up to Node 20).
 */
export function toFile(
  fd: number,
  isFlushed: boolean,
  writeBytes: (fd: number, bytes: Uint8Array) => Promise<number> = async (to, bytes) =>
    (await writeSome(to, bytes)).bytesWritten,
): Sink {
  return {
    write: async (bytes) => {
      for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(await writeBytes(fd, rest));
    },
    finish: async () => {
      // Some file systems report a full disk only here.
      if (isFlushed) await flush(fd).catch(ignoreWhereUnknown);
    },
  };
}

/** A pipe, a socket or a terminal. Resolves when the reader has taken the bytes, so a slow reader slows us down. */
function toStream(stream: NodeJS.WritableStream): Sink {
  // Each write gets its own error. Without a listener the process would end.
  stream.on('error', () => {});
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** Ignores errors of devices that cannot flush. */
function ignoreWhereUnknown(error: unknown): void {
  if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Node writes `ENOSPC: no space left on device, write`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^[A-Z]+: /, '').replace(/, \w+$/, '');
}
