import { describe, expect, test } from '@jest/globals';
import { readTerminal, type Streams } from '../../local/terminal.ts';

const PIPES: Streams = { stdin: {}, stdout: {}, stderr: {} };
const window = (columns?: number, hasColors = true) => {
  return { isTTY: true, hasColors: () => hasColors, ...(columns === undefined ? {} : { columns }) };
};

describe('16.1: the terminal of a command', () => {
  test('is none in a pipe', () => {
    expect(readTerminal(PIPES, {})).toEqual({
      isTyped: false,
      output: undefined,
      errors: undefined,
    });
  });

  test('may be behind some of the three streams', () => {
    const { isTyped, output, errors } = readTerminal(
      { stdin: { isTTY: true }, stdout: {}, stderr: window(100) },
      {},
    );
    expect([isTyped, output, errors?.columns()]).toEqual([true, undefined, 100]);
  });

  test('has its width of the moment, and the usual one if it does not say', () => {
    const stdout = { ...window(100) };
    const { output } = readTerminal({ ...PIPES, stdout }, {});
    stdout.columns = 40;
    expect(output?.columns()).toBe(40);
    for (const silent of [window(), window(0)]) {
      expect(readTerminal({ ...PIPES, stdout: silent }, {}).output?.columns()).toBe(80);
    }
  });

  test('has colours if Node says so, and escape sequences unless it is dumb', () => {
    const seen = [
      readTerminal({ ...PIPES, stdout: window(80, true) }, { TERM: 'xterm' }),
      readTerminal({ ...PIPES, stdout: window(80, false) }, { TERM: 'xterm' }),
      readTerminal({ ...PIPES, stdout: window(80, false) }, { TERM: 'dumb' }),
    ].map(({ output }) => [output?.hasColours, output?.hasEscapes]);
    expect(seen).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });
});
