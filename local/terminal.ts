// What a command knows about the terminal that it runs in: one value, which a test can make.

export interface Terminal {
  /** Whether a person types the input. */
  readonly isTyped: boolean;
  /** Standard output. Undefined if it is no terminal, for example a pipe or a file. */
  readonly output: Screen | undefined;
  /** The same for standard error. */
  readonly errors: Screen | undefined;
}

export interface Screen {
  /** Its width now: a window may be resized. */
  readonly columns: () => number;
  /** Whether it obeys escape sequences. The shell of an editor may not (`TERM=dumb`). */
  readonly hasEscapes: boolean;
  /** Whether to use colours. The variable `NO_COLOR` forbids them (no-color.org). */
  readonly hasColours: boolean;
}

/** The part of `process` that shows it. */
export interface Streams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: ScreenStream;
  readonly stderr: ScreenStream;
}

interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Knows the variables `NO_COLOR`, `FORCE_COLOR` and `TERM`. */
  readonly hasColors?: () => boolean;
}

/** A terminal that does not say its width, such as that of some build servers, has this one. */
const USUAL_COLUMNS = 80;

export function readTerminal(
  { stdin, stdout, stderr }: Streams,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const hasEscapes = environment.TERM !== 'dumb';
  const toScreen = (stream: ScreenStream): Screen | undefined =>
    stream.isTTY === true
      ? {
          columns: () => stream.columns || USUAL_COLUMNS,
          hasEscapes,
          hasColours: stream.hasColors?.() ?? false,
        }
      : undefined;
  return { isTyped: stdin.isTTY === true, output: toScreen(stdout), errors: toScreen(stderr) };
}
