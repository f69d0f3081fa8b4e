import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { encode } from 'uqr';
import { drawQrCode, toLanNotice } from '../../../local/stack/lan-notice.ts';
import type { Screen } from '../../../local/terminal.ts';

const URL_HERE = 'http://192.168.1.7:7071';
const notice = (screen: Screen | undefined, others: readonly string[] = []) =>
  toLanNotice({ url: URL_HERE, functionKey: 'secret', others, screen });
const screenOf = (columns: number, hasEscapes = true): Screen => {
  return { columns: () => columns, hasEscapes, hasColours: hasEscapes };
};

describe('row lan: npm start -- --lan', () => {
  test('says in one sentence who can do what, and which key the rest needs', () => {
    expect(notice(undefined).split('\n')).toEqual([
      '  Everyone who reaches 192.168.1.7:7071 can read and write in each room whose name they know, unencrypted.',
      `  Publishing and moderating need a key: CHAT_URL=${URL_HERE} CHAT_KEY=secret`,
    ]);
    expect(notice(undefined, ['10.0.0.2', '172.17.0.1'])).toMatch(
      /try --lan with another address: 10\.0\.0\.2, 172\.17\.0\.1\.$/,
    );
  });

  test('draws the code on a terminal only', () => {
    expect(notice(screenOf(80))).toContain(drawQrCode(URL_HERE));
    for (const none of [undefined, screenOf(80, false)]) expect(notice(none)).not.toMatch(/[▀▄█]/);
  });

  test('16.1: says how wide the terminal has to be, where lines of the code would be broken', () => {
    const [line = ''] = drawQrCode(URL_HERE).split('\n');
    const columns = [...stripVTControlCharacters(line)].length;
    expect(notice(screenOf(columns))).toContain(drawQrCode(URL_HERE));
    expect(notice(screenOf(columns - 1)).split('\n')[0]).toBe(
      `  A terminal with ${columns} columns or more shows a QR code here.`,
    );
  });

  test('the code has the modules of the address, black on white, with four white ones around', () => {
    const { data, size } = encode(URL_HERE, { ecc: 'M', border: 4 });
    const lines = drawQrCode(URL_HERE).split('\n');
    expect(
      lines.every((line) => line.startsWith('  \x1b[30;107m') && line.endsWith('\x1b[0m')),
    ).toBe(true);
    const modules = lines.flatMap((line) => {
      const characters = [...stripVTControlCharacters(line).slice(2)];
      return [
        characters.map((character) => '█▀'.includes(character)),
        characters.map((character) => '█▄'.includes(character)),
      ];
    });
    expect(modules.slice(0, size)).toEqual(data);
    expect(modules[0]?.includes(true)).toBe(false);
    expect(modules[4]?.slice(0, 5)).toEqual([false, false, false, false, true]);
  });
});
