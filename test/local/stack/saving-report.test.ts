import { describe, expect, test } from '@jest/globals';
import { SavingReport } from '../../../local/stack/saving-report.ts';

const FULL = new Error('ENOSPC: no space left on device, write');

describe('16.9: the report of saving', () => {
  test('says once that it fails, and once that it works again', () => {
    const said: string[] = [];
    const report = new SavingReport('.data', (sentence) => said.push(sentence));
    for (const failure of [undefined, FULL, FULL, undefined, undefined]) report.note(failure);
    expect(said).toEqual([
      'unable to save the tables in .data; ENOSPC: no space left on device, write. Free some space there: until then new messages are in memory only.',
      'the tables are saved again in .data',
    ]);
    expect(report.end()).toBeUndefined();
  });

  test('says at the end what is lost', () => {
    const report = new SavingReport('.data', () => {});
    report.note(FULL);
    expect(report.end()).toContain('The messages since the last save are lost.');
  });
});
