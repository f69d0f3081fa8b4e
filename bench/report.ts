// The text of bench/RESULTS.md, and its parts again. Pure.

export interface Part {
  /** The benchmark's. */
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** Day, commit and machine of the run. */
  readonly about: string;
  /** What it printed. */
  readonly output: string;
}

const HEAD = `# Results

What \`npm run bench -- all\` measured. Each part has its command, its day, its commit and its machine.
Counts and ratios hold on any machine. Times hold on that one only.
`;

const MARK = /^<!-- bench: (\S+) -->$/m;

export function toReport(parts: readonly Part[]): string {
  const sections = parts.map(
    ({ name, title, command, about, output }) =>
      `<!-- bench: ${name} -->\n## ${title}\n\n\`${command}\`\n\n${about}\n\n${toMarkdown(output)}\n`,
  );
  return [HEAD, ...sections].join('\n');
}

/** The parts of a report, by their names. */
export function readParts(report: string): [name: string, part: Part][] {
  const [, ...pieces] = report.split(MARK);
  const parts: [string, Part][] = [];
  for (let index = 0; index + 1 < pieces.length; index += 2) {
    const name = pieces[index] ?? '';
    const [, title = '', command = '', about = '', output = ''] =
      /^\s*## (.+)\n\n`(.+)`\n\n(.+)\n\n([\s\S]*)$/.exec(pieces[index + 1] ?? '') ?? [];
    parts.push([name, { name, title, command, about, output: output.trim() }]);
  }
  return parts;
}

/** A table stays a table. Columns for a terminal, which are indented, need a fixed width, with all that stands around them. */
function toMarkdown(output: string): string {
  const isMarkdown =
    output.startsWith('```') || (/^\|[-:|]+\|?$/m.test(output) && !/^ {2,}\S/m.test(output));
  return isMarkdown ? output : `\`\`\`text\n${output}\n\`\`\``;
}
