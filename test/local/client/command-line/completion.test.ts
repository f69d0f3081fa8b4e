// Completion scripts: made of the declarations, and tried in the shells that this machine has.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { toCompletion } from '../../../../local/client/command-line/completion.ts';
import { SHELLS } from '../../../../local/client/command-line/shells.ts';
import { COMMANDS } from '../../../../local/client/commands.ts';
import { always, answer, runInProcess } from '../../../support/command-line.ts';

const offline = always(() => answer(500));

/** What bash offers for the last of these words. */
function complete(...words: readonly string[]): readonly string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `${toCompletion('bash', COMMANDS)}
COMP_WORDS=(serverless-chat ${line}) COMP_CWORD=${words.length}
_serverless_chat; printf '%s\\n' "\${COMPREPLY[@]}"`;
  // Only the shell knows how it completes. It starts in milliseconds.
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test.each([
    ['the commands', ['p'], ['publish']],
    ['the options of a command', ['tail', '--l'], ['--lines']],
    ['no option of another command', ['tail', '--minutes'], []],
    ['commands after help', ['help', 'er'], ['erase']],
    ['the shells', ['completion', ''], ['bash', 'zsh', 'fish', '--help']],
  ])('offers %s', (_name, words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });

  test('offers every command, and every option of each', () => {
    for (const { name, options } of COMMANDS) {
      expect(complete(name)).toContain(name);
      const all = Object.keys(options).map((option) => `--${option}`);
      expect(complete(name, '--')).toEqual([...all, '--help']);
    }
  });
});

test.each(SHELLS)(
  'the command prints the script of %s, with every command and option',
  async (shell) => {
    const { code, stdout } = await runInProcess(`completion ${shell}`, offline);
    expect([code, stdout]).toEqual([0, `${toCompletion(shell, COMMANDS)}\n`]);
    for (const { name, options } of COMMANDS) {
      expect(stdout).toContain(name);
      for (const option of Object.keys(options))
        expect(stdout).toMatch(new RegExp(`(?:--|-l )${option}\\b`));
    }
  },
);

test('quotes and colons of a description stay text', () => {
  const [first] = COMMANDS;
  if (!first) throw new Error('there is no command');
  const odd = {
    ...first,
    summary: "it's: [odd]",
    options: { x: { about: "it's: [odd]", parse: () => 0 } },
  };
  expect(toCompletion('zsh', [odd])).toContain(String.raw`'--x[it'\''s\: \[odd\]]'`);
  expect(toCompletion('fish', [odd])).toContain(String.raw`-d 'it'\''s: [odd]'`);
});

test('another shell is refused with those that are known', async () => {
  const { code, stderr } = await runInProcess('completion tcsh', offline);
  expect([code, stderr]).toEqual([2, [expect.stringContaining('take one of bash, zsh, fish.')]]);
});
