import { expect, test } from '@jest/globals';
import { readParts, toReport } from '../../bench/report.ts';

const part = (name: string, output: string) => ({
  name,
  title: `Title of ${name}`,
  command: `npm run bench -- ${name}`,
  about: '2026-11-28, abc1234, Node v22.0.0',
  output,
});

test('a report can be read again, so one part may be measured alone', () => {
  const parts = [
    part('cost', '| a | b |\n|---|---:|\n| 1 | 2 |'),
    part('work', 'rate   3.1\nratio  0.5'),
  ];
  const report = toReport(parts);
  const again = readParts(report).map(([, { output, ...rest }]) => ({
    ...rest,
    output: output.replace(/^```text\n|\n```$/g, ''),
  }));
  expect(again).toEqual(parts);
  expect(toReport(readParts(report).map(([, one]) => one))).toBe(report);
});

test('a table stays a table, and columns keep their width', () => {
  expect(toReport([part('cost', '| a |\n|---:|\n| 1 |')])).toContain('\n| a |\n|---:|');
  expect(toReport([part('work', 'a   b')])).toContain('```text\na   b\n```');
  const both = '  a   b\n\n| a |\n|---:|\n| 1 |';
  expect(toReport([part('load', both)])).toContain(`\`\`\`text\n${both}\n\`\`\``);
});
