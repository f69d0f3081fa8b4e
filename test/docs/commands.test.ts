// Commands, options, scripts and exit codes: what the documents name exists, and what exists is named in its document.

import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../local/client/command-line/command-line.ts';
import { EXIT_CODES } from '../../local/client/command-line/exit-code.ts';
import { COMMANDS } from '../../local/client/commands.ts';
import { OPTIONS as OF_HOST } from '../../local/host/command-line.ts';
import {
  OPTIONS as OF_EMULATOR,
  parseCommand as parseEmulator,
  toHelp as toEmulatorHelp,
} from '../../local/service/command-line.ts';
import {
  OPTIONS as OF_START,
  parseCommandLine as parseStart,
  HELP as START_HELP,
} from '../../local/stack/command-line.ts';
import { OPTIONS as OF_SIMULATION } from '../simulation/command-line.ts';
import { below, filesBelow, findAll, read, rowsOf, spansOf, split } from '../support/documents.ts';

const { scripts } = JSON.parse(read('package.json'));
const DOCUMENTS = filesBelow('.', '.md').filter((file) => file !== 'CHANGELOG.md');

const ofClient = new Map(COMMANDS.map(({ name, options }) => [name, Object.keys(options)]));
/** Each command of the command line takes them. */
const EVERYWHERE = ['help', 'version'];

/** The options of a benchmark, as its file declares them. */
const ofBenchmarks = new Map(
  filesBelow('bench', '.ts')
    .filter(
      (file) =>
        /^bench\/[\w-]+\.ts$/.test(file) &&
        /^ *(?:const values = )?readOptions\(/m.test(read(file)),
    )
    .map((file): [string, string[]] => {
      const [, table = ''] = /readOptions\(\{([\s\S]*?)\}\);/.exec(read(file)) ?? [];
      return [file.slice('bench/'.length, -'.ts'.length), findAll(table, /'?([\w-]+)'?: \{ type/g)];
    }),
);

interface Program {
  readonly begins: RegExp;
  /** The options that it takes after these words. Undefined if it knows none of these words. */
  readonly options: (words: readonly string[]) => readonly string[] | undefined;
  /** Throws for arguments that it does not understand. */
  readonly parse?: (args: readonly string[]) => void;
}

const PROGRAMS: readonly Program[] = [
  {
    begins: /^(?:node local\/client|serverless-chat)(?= |$)/,
    options: ([name = 'help']) => {
      const own = ['help', 'version'].includes(name) ? [] : ofClient.get(name);
      return own && [...own, ...EVERYWHERE];
    },
    parse: (args) => void parseCommandLine(COMMANDS, args, {}),
  },
  {
    begins: /^npm (?:start|run dev|run emulators)(?= |$)/,
    options: () => Object.keys(OF_START),
    parse: ([separator, ...args]) => {
      if (separator !== undefined && separator !== '--') throw new Error('npm takes these options');
      parseStart(args);
    },
  },
  {
    begins: /^(?:node local\/service|(?:npx )?signalr-emulator)(?= |$)/,
    options: () => Object.keys(OF_EMULATOR),
    parse: (args) => void parseEmulator(args),
  },
  {
    begins: /^node local\/launch\.mjs local\/host\/cli\.ts(?= |$)/,
    options: () => Object.keys(OF_HOST),
  },
  {
    begins: /^npm run simulate --(?= |$)/,
    options: () => Object.keys(OF_SIMULATION),
  },
  {
    begins: /^npm run bench --(?= |$)/,
    options: ([name = '']) => (name === 'NAME' ? [] : ofBenchmarks.get(name)),
  },
];

const ALL_OPTIONS = new Set([
  ...EVERYWHERE,
  ...[...ofClient.values(), ...ofBenchmarks.values()].flat(),
  ...[OF_START, OF_EMULATOR, OF_HOST, OF_SIMULATION].flatMap((table) => Object.keys(table)),
]);

const optionsIn = (line: string) =>
  [...line.matchAll(/(?<![\w-])--([a-zA-Z][\w-]*)/g)].map(([, name = '']) => name);

/**
 * What is wrong with a command. Commands of others, for example of git, are not looked at.
 *
 * @param isCode a line of a code block. Between backticks a command may also stand without its program: `export --all`
 */
function faultsOf(snippet: string, isCode = false): string[] {
  return snippet
    .replace(/^\$ /, '')
    .split(/ && | \| |'(?=node )|'$/)
    .flatMap((part) => {
      const line = part.replace(/ +#.*| [<>] .*/, '').trim();
      const program = PROGRAMS.find(({ begins }) => begins.test(line));
      if (program) {
        const rest = line.replace(program.begins, '').trim();
        const words = rest === '' ? [] : rest.split(/ +/);
        const options = program.options(words.filter((word) => !word.startsWith('-')));
        if (!options) return [`${line}: there is no such command`];
        const unknown = optionsIn(rest).filter((name) => !options.includes(name));
        return unknown.map((name) => `${line}: there is no option --${name}`);
      }
      if (isCode) return [];
      const [first = ''] = line.split(' ');
      const known = ofClient.get(first) ?? (first.startsWith('--') ? [...ALL_OPTIONS] : undefined);
      const unknown = known ? optionsIn(line).filter((name) => !known.includes(name)) : [];
      return unknown.map((name) => `${line}: there is no option --${name}`);
    });
}

/** Options of others that a document names alone, each with its owner. */
const OF_OTHERS = new Map([['--disableTelemetry', 'Azurite']]);

const shown = DOCUMENTS.map((file) => {
  const text = read(file);
  const lines = split(text).code.map(({ line }) => line.trim());
  return [file, spansOf(text), lines] as const;
});

test.each(shown)('%s names commands and options that exist', (_, spans, lines) => {
  const ours = spans.filter((span) => !OF_OTHERS.has(span));
  const faults = [
    ...ours.flatMap((span) => faultsOf(span)),
    ...lines.flatMap((line) => faultsOf(line, true)),
  ];
  expect(faults).toEqual([]);
});

/** Instead of what the documents write for an address. */
const ADDRESS = 'http://localhost';

/** The command lines without anything that a reader replaces. */
const whole = shown.flatMap(([file, spans, lines]) =>
  [...spans, ...lines]
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/ +#.*| [<>] .*/, '')
        .replace('"$url"', ADDRESS),
    )
    .filter((line) => !/<app>|[A-Z]{3,}|npm start --lan/.test(line))
    .flatMap((line) => {
      const program = PROGRAMS.find(({ begins, parse }) => parse && begins.test(line));
      const rest = line.replace(program?.begins ?? '', '').trim();
      return program && rest !== '' ? [{ file, line, program, args: rest.split(/ +/) }] : [];
    }),
);

test.each(whole)('$file shows a command line that is understood: $line', ({ program, args }) => {
  expect(() => program.parse?.(args)).not.toThrow();
});

test.each([
  ['node local/client tail --rom build', 1],
  ['$ node local/client tale --room build', 1],
  ['tail -f app.log | node local/client publish --lines 3', 1],
  ['erase --user USER --force', 1],
  ['npm start -- --hosts func', 1],
  ['npm run dev -- --host func', 0],
  ['npm run bench -- sort', 1],
  ['npm run bench -- work --alone', 0],
  ['npm run bench -- work --together', 1],
  ["CHAT_TEST_HOST='node local/launch.mjs local/host/cli.ts --enableAuth --keys a'", 1],
  ['--retry-for SECONDS', 0],
  ['--retry-until', 1],
  ['func start --enableAuth', 0],
])('the check finds in %s what does not exist', (snippet, count) => {
  expect(faultsOf(snippet)).toHaveLength(count);
});

describe('the documents name', () => {
  test('each script of package.json, in CONTRIBUTING.md', () => {
    const named = findAll(read('CONTRIBUTING.md'), /npm (?:run )?([a-z][\w:]*)/g);
    expect(Object.keys(scripts).filter((name) => !named.includes(name))).toEqual([]);
  });

  test('each benchmark, in CONTRIBUTING.md', () => {
    const named = spansOf(below(read('CONTRIBUTING.md'), '### Benchmarks'));
    const benchmarks = [...ofBenchmarks.keys()];
    expect(benchmarks.length).toBeGreaterThan(10);
    expect(benchmarks.filter((name) => !named.includes(name))).toEqual([]);
  });

  const commandLine = read('docs/command-line.md');
  test('each command of the command line, in docs/command-line.md', () => {
    const [table = ''] = /\n\| Command \|[\s\S]*?\n\n/.exec(commandLine) ?? [];
    const named = rowsOf(table).flatMap(([cell = '']) => findAll(cell, /`(\w+)[^`]*`/g));
    expect([...new Set(named)].sort()).toEqual([...ofClient.keys()].sort());
  });

  test('each option of the command line, in docs/command-line.md, with the commands that take it', () => {
    const rows = rowsOf(below(commandLine, '## The options')).map(
      ([option = '', commands = '']) => {
        const named = findAll(commands, /`(\w+)`/g);
        const others = [...ofClient.keys()].filter((name) => !named.includes(name));
        const takers = commands.startsWith('all but')
          ? others
          : commands === 'all'
            ? [...ofClient.keys()]
            : named;
        return [option.replaceAll('`', ''), takers.sort()];
      },
    );
    const takes = new Map<string, string[]>();
    for (const { name, options } of COMMANDS) {
      for (const [option, { takes: value }] of Object.entries(options)) {
        const shown = `--${option}${value === undefined ? '' : ` ${value}`}`;
        takes.set(shown, [...(takes.get(shown) ?? []), name].sort());
      }
    }
    const byName = (a: readonly unknown[], b: readonly unknown[]) =>
      String(a[0]) < String(b[0]) ? -1 : 1;
    expect(rows.sort(byName)).toEqual([...takes].sort(byName));
  });

  test('each exit code, in docs/command-line.md', () => {
    const [table = ''] = /\n\| Exit code \|[\s\S]*?\n\n/.exec(commandLine) ?? [];
    expect(rowsOf(table).map(([code, means = '']) => [Number(code), means])).toEqual(
      EXIT_CODES.map(({ code, means }) => [code, means]),
    );
  });

  test.each([
    ['npm start', 'docs/settings.md', '## Options of `npm start`', OF_START],
    ['signalr-emulator', 'local/service/package/README.md', '### Its options', OF_EMULATOR],
    ['the embedded host', 'local/host/README.md', '## Its options', OF_HOST],
    ['npm run simulate', 'CONTRIBUTING.md', '### Simulations', OF_SIMULATION],
  ])('each option of %s, in %s', (_, file, heading, options) => {
    const rows = rowsOf(below(read(file), heading)).map(([cell = '']) => cell);
    const named = rows.flatMap((cell) => findAll(cell, /`--([\w-]+)/g));
    expect(named.sort()).toEqual(Object.keys(options).sort());
  });
});

describe('the help names each option', () => {
  test.each([
    ['npm start', START_HELP, OF_START],
    ['signalr-emulator', toEmulatorHelp('signalr-emulator'), OF_EMULATOR],
    ['npm run simulate', read('test/simulation/run.ts').split('`')[1] ?? '', OF_SIMULATION],
  ])('of %s', (_, help, options) => {
    const named = findAll(help, /^ {2}--([\w-]+)/gm);
    // Said with the command that takes it.
    const inPassing = findAll(help, /\(--([\w-]+):/g);
    expect([...new Set([...named, ...inPassing])].sort()).toEqual(Object.keys(options).sort());
  });

  test.each([...ofBenchmarks])('of npm run bench -- %s, in its first lines', (name, options) => {
    const [comment = ''] = /^(?:\/\/.*\n)+/.exec(read(`bench/${name}.ts`)) ?? [];
    expect(comment).toContain(`npm run bench -- ${name}`);
    expect([...new Set(optionsIn(comment))].sort()).toEqual([...options].sort());
  });
});
