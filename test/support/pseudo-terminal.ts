// Runs a command in a real terminal, which `script` opens (util-linux, on macOS its BSD kind). Node opens none by itself.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../local/root.ts';

export interface PseudoTerminal {
  /** Everything that the terminal got so far, escape sequences included. */
  readonly screen: string;
  /** Resolves with the match as soon as the screen has it. Rejects if the command ends before. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** What a person types. Ctrl+C is `\u0003`. */
  type(text: string): void;
  /** Closes the window. */
  close(): void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

/**
 * Rejects without `script`, because a terminal that nobody tests is no success.
 *
 * @param command for the shell, in the folder of the checkout
 */
export async function openPseudoTerminal(
  command: string,
  { columns = 80, env = {} }: { columns?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<PseudoTerminal> {
  const folder = await mkdtemp(join(tmpdir(), 'pseudo-terminal-'));
  const record = join(folder, 'record');
  // Ctrl+C reaches the shell, too, and must not end it before the command.
  const sized = `trap : INT; stty cols ${columns} rows 24; ${command}`;
  const args =
    process.platform === 'darwin'
      ? ['-q', record, '/bin/sh', '-c', sized]
      : ['--quiet', '--return', '--flush', '--command', sized, record];
  // Node takes a terminal with the variable CI for one without colours.
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const child = spawn('script', args, {
    cwd: ROOT,
    env: { ...inherited, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  let look = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    look();
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) =>
      resolve(rm(folder, { recursive: true }).then(() => Number(code))),
    );
  });
  await once(child, 'spawn').catch((error) => {
    throw new Error(
      `unable to open a terminal; ${error.message}. Install script: it is in the package bsdutils of Debian and Ubuntu, and in util-linux elsewhere.`,
    );
  });
  return {
    get screen() {
      return screen;
    },
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const match = pattern.exec(screen);
          if (match) resolve(match);
        };
        look();
        void ended.then((code) => {
          look();
          reject(new Error(`it ended with ${code} before it showed ${pattern}:\n${screen}`));
        });
      }),
    type: (text) => void child.stdin.write(text),
    close: () => void child.kill('SIGKILL'),
    ended,
  };
}
