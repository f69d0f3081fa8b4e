// Makes the help of the command line from the declarations.

import type { Command, Options } from './declaration.ts';
import { EXIT_CODES } from './exit-code.ts';
import { PROGRAM } from './program.ts';

const WIDTH = 100;

/** Help for all commands. */
export function toHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [toCall(command), command.summary] as const);
  return [
    `Usage: ${PROGRAM} COMMAND [options]`,
    '',
    ...toTable(rows),
    '',
    ...toTable([
      ['help COMMAND', 'what a command does and which options it has; so does COMMAND --help'],
      ['--version', 'the version of this command line'],
    ]),
    '',
    ...toExitCodes(),
  ].join('\n');
}

/** Help for one command. */
export function toCommandHelp(command: Command): string {
  const { summary, details, example, argument, options } = command;
  const capital = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  const rows: (readonly [string, string])[] = argument ? [[argument.takes, argument.about]] : [];
  rows.push(...toRows(options), ['--help', 'show this']);
  return [
    `Usage: ${PROGRAM} ${toCall(command)} [options]`,
    '',
    capital,
    ...details,
    '',
    ...toTable(rows),
    ...(example === undefined ? [] : ['', `Example: ${example}`]),
    '',
    ...toExitCodes(),
  ].join('\n');
}

function toCall({ name, argument }: Command): string {
  return argument ? `${name} ${argument.takes}` : name;
}

function toRows(options: Options): (readonly [string, string])[] {
  return Object.entries(options).map(([name, { takes, about, environment }]) => {
    const more = environment === undefined ? '' : `; from ${environment} where it is not given`;
    return [takes === undefined ? `--${name}` : `--${name} ${takes}`, `${about}${more}`];
  });
}

function toExitCodes(): readonly string[] {
  return ['Exit codes:', ...toTable(EXIT_CODES.map(({ code, means }) => [String(code), means]))];
}

/** Two columns. A long second column continues in the next line, below itself. */
function toTable(rows: readonly (readonly [string, string])[]): readonly string[] {
  const first = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) =>
    fold(right, WIDTH - first - 2).map((line, index) => {
      return `  ${(index === 0 ? left : '').padEnd(first)}${line}`;
    }),
  );
}

function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
