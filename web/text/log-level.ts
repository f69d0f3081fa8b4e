// The level of a log line, in the formats that programs write. Pure.

export type Level = 'error' | 'warning' | 'info' | 'debug';

/** In any case. Abbreviations are those of the formats below. */
const WORDS: Readonly<Record<Level, string>> = {
  error:
    'fatal critical crit panic emerg emergency alert severe error err eror erro eror fata ftl pani fail failed failure e f',
  warning: 'warning warn wrn w',
  info: 'info information notice note normal inf r c i n *',
  debug:
    'debug trace verbose verb silly sill fine finer finest dbg dbug debu trc trce trac vrb d t v - .',
};

const LEVEL_OF: ReadonlyMap<string, Level> = new Map(
  (Object.keys(WORDS) as Level[]).flatMap((level) =>
    WORDS[level].split(' ').map((word) => [word, level] as const),
  ),
);

/** RFC 5424, 6.2.1: 0 is an emergency, 7 is debug. */
const SYSLOG: readonly Level[] = [
  'error',
  'error',
  'error',
  'error',
  'warning',
  'info',
  'info',
  'debug',
];

interface Format {
  /** Its first group is the level. */
  readonly pattern: RegExp;
  /** Where the level is not in the group as a word. */
  readonly toLevel?: (found: string) => Level | undefined;
}

/** What may stand before a line: the name of a container, a time, a tag in brackets. */
const START = String.raw`^(?:[\w.-]{1,40} +\| |\[[^\]]{1,40}\] |[\dT:.,Z+-]{8,35} )*\s*`;
const at = (start: string) => new RegExp(START + start);

/** The match that is first in the line counts. Of two at the same place, the one that is first here counts. */
const FORMATS: readonly Format[] = [
  // .NET's console, `fail: Microsoft.Hosting[0]`
  { pattern: at('(trce|dbug|info|warn|fail|crit): ') },
  // logrus, `ERRO[0003] message`
  { pattern: at(String.raw`(PANI|FATA|ERRO|WARN|INFO|DEBU|TRAC)\[\d+\]`) },
  // klog and glog, `E1127 10:00:00.000000 1 file.go:12] message`
  { pattern: at(String.raw`([EFWID])\d{4} \d\d:\d\d:\d\d`) },
  // npm and pnpm, `npm error code 1`, `npm ERR! code 1`
  { pattern: at('p?npm (?:error|ERR!)()'), toLevel: () => 'error' },
  { pattern: at('p?npm (warn|WARN|notice|info|verb|verbose|sill|silly) ') },
  { pattern: at('npm (?:http|timing) ()'), toLevel: () => 'debug' },
  // yarn 1, `warning "a > b" has no licence`
  { pattern: at('(error|warning|info) (?=[A-Z"])') },
  // apt, and Gradle's Kotlin: `E: message`
  { pattern: at('([EWNIew]): ') },
  // gcc, clang, rustc, tsc, MSBuild, git: `a.c:3:5: error: message`, `a.ts(1,2): error TS2304: message`, `error[E01]: message`
  {
    pattern:
      /(?:^|[:)] ?| - )(?:fatal |internal compiler )?([Ff]atal|[Ee]rror|[Ww]arning|[Nn]ote)(?: ?[A-Z]{1,8}\d{1,6}|\[[^\]]{1,30}\])?: /,
  },
  // Linters: `  3:5  error  message`, `a.py:1:1: E501 message`
  { pattern: /^\s+\d+:\d+\s+(error|warning)\s/ },
  { pattern: /:\d+:(?:\d+:)? ([EFWCR])\d{3,4}\b/ },
  // make, `make: *** [all] Error 2`
  { pattern: at(String.raw`g?make(?:\[\d+\])?: \*\*\* ()`), toLevel: () => 'error' },
  // Exceptions and panics
  {
    pattern: at(
      String.raw`(?:Uncaught |Unhandled |Caused by: |Exception in thread |Traceback \(most recent|panic: |thread '.{1,40}' panicked|(?:[\w$]+\.)*[A-Z]\w*(?:Error|Exception)(?::|$))()`,
    ),
    toLevel: () => 'error',
  },
  // Node and Python: `(node:1) DeprecationWarning: message`, `a.py:3: UserWarning: message`
  { pattern: /(?:^|[:)] |\] )[A-Z][a-z]\w*(Warning): / },
  // Pipelines: `::error file=a::message`, `##[warning]message`, `##vso[task.logissue type=error]message`
  { pattern: /^(?:::|##\[|##vso\[task\.logissue type=)(error|warning|notice|debug)\b/ },
  // syslog's and journald's priority, `<11>message`
  { pattern: /^<(\d{1,3})>/, toLevel: (found) => SYSLOG[Number(found) % 8] },
  // Android, `E/Tag( 12): message` and `11-27 10:00:00.000  12  34 E Tag: message`
  { pattern: /^([VDIWEF])\/[\w.]+ *\( *\d+\): / },
  { pattern: /^\d\d-\d\d \d\d:\d\d:\d\d\.\d+ +\d+ +\d+ ([VDIWEF]) / },
  // Redis, `12:M 28 Nov 2026 10:00:00.000 # message`
  {
    pattern: /^\d+:[XCSM] [\w :.]{20,30} ([.*#-]) /,
    toLevel: (found) => (found === '#' ? 'warning' : LEVEL_OF.get(found)),
  },
  // Kubernetes' events, `Warning   BackOff   message`
  { pattern: at('(Warning|Normal) {2,}') },
  // Numbers in JSON: pino and bunyan from 10 to 60, GELF as syslog
  {
    pattern: /"level": ?([1-6]0)\b/,
    toLevel: (found) =>
      (['debug', 'debug', 'info', 'warning'] as const)[Number(found) / 10 - 1] ?? 'error',
  },
  { pattern: /"level": ?([0-7])\b/, toLevel: (found) => SYSLOG[Number(found)] },
  // MongoDB, `"s":"E"`
  { pattern: /"s": ?"([FEWID])\d?"/ },
  // A word with a name: `level=warn`, `"severity":"ERROR"`, `"log.level": "error"`
  { pattern: /\b(?:level|lvl|severity|levelname|log_?level)"? ?[=:] ?"?([a-z]{3,11})\b/i },
  // A word in brackets: `[error]`, `[core:error]`, `[10:00:00 ERR]`
  { pattern: /\[(?:[\w.-]{1,20}:|[\d:.]{5,15} )?([a-z]{3,11})\]/i },
  // A word in capitals, which is no part of a name
  { pattern: /(?<![\w/.-])([A-Z]{3,11})(?![\w/.-])/ },
];

const EVERYWHERE = FORMATS.map(({ pattern, ...others }) => {
  return { ...others, pattern: new RegExp(pattern, `${pattern.flags}g`) };
});

/** A log line has its level within this many characters, after a time and a name or two. */
const LEVEL_WITHIN = 100;

/** Of a line without control sequences. */
export function levelOf(plain: string): Level | undefined {
  const head = plain.slice(0, LEVEL_WITHIN);
  let first = LEVEL_WITHIN;
  let level: Level | undefined;
  for (const { pattern, toLevel = toKnown } of EVERYWHERE) {
    for (const { index, 1: found = '' } of head.matchAll(pattern)) {
      const known = index < first ? toLevel(found) : undefined;
      if (known === undefined) continue;
      first = index;
      level = known;
    }
  }
  return level;
}

function toKnown(word: string): Level | undefined {
  return LEVEL_OF.get(word.toLowerCase());
}
