import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  findNames,
  findWords,
  fold,
  matching,
  mentionsIn,
  type Named,
  queryAt,
} from '../../../web/text/mentions.ts';
import { runs } from '../../support/sizes.ts';

const ann: Named = { userId: 'a1', name: 'Ann' };
const otherAnn: Named = { userId: 'a2', name: 'Ann' };
const annSmith: Named = { userId: 's1', name: 'Ann Smith' };
const wang: Named = { userId: 'w1', name: '王伟' };
const wangMing: Named = { userId: 'w2', name: '王伟明' };

describe('a name in a text', () => {
  test.each([
    ['at the beginning', '@Ann hi', ['Ann'], ['Ann']],
    ['at the end of a sentence', 'Thanks, @Ann.', ['Ann'], ['Ann']],
    ['twice', '@Ann @Ann', ['Ann'], ['Ann', 'Ann']],
    ['with a space', 'hi @Ann Smith, hi', ['Ann', 'Ann Smith'], ['Ann Smith']],
    ['that begins like another', '@Ann Jones', ['Ann', 'Ann Smith'], ['Ann']],
    ['in a longer word', '@Anna @Ann_', ['Ann'], []],
    ['with another accent', '@Ann\u0301', ['Ann'], []],
    ['in an address of mail', 'write to x@Ann', ['Ann'], []],
    ['behind another @', '@@Ann', ['Ann'], ['Ann']],
    ['in Chinese without spaces', '你好@王伟请看', ['王伟'], ['王伟']],
    ['in Chinese, the longer one', '@王伟明请看', ['王伟', '王伟明'], ['王伟明']],
    ['before Chinese', '@Ann你好', ['Ann'], ['Ann']],
    ['of emoji', 'hi @👩‍💻!', ['👩‍💻'], ['👩‍💻']],
    ['with signs of a pattern', '@a.*(b) @a+b', ['a.*(b)'], ['a.*(b)']],
    ['in Arabic', 'مرحبا @ليلى!', ['ليلى'], ['ليلى']],
  ])('%s', (_, text, names, expected) => {
    const found = findNames(text, names);
    expect(found.map(({ name }) => name)).toEqual(expected);
    for (const { start, end, name } of found) expect(text.slice(start, end)).toBe(`@${name}`);
  });

  test('that nobody knows is the word behind the @, where words have ends', () => {
    const names = (text: string) => findWords(text).map(({ name }) => name);
    expect(names('@gone and @old_name, x@mail.example')).toEqual(['gone', 'old_name']);
    expect(names('请@王伟看一下')).toEqual([]);
  });

  test('takes linear time in a hostile text', () => {
    const names = Array.from({ length: 500 }, (_, n) => `@Guest ${n}`);
    const startedAt = performance.now();
    findNames('@'.repeat(4_000), names);
    mentionsIn('@Ann '.repeat(800), [ann], [annSmith]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('whom a text mentions', () => {
  test.each<[string, string, readonly Named[], readonly Named[], readonly string[]]>([
    ['somebody picked', 'hi @Ann', [ann], [], ['a1']],
    ['nobody without the name', 'hi', [ann], [ann], []],
    ['nobody by half of a name', 'hi @An', [ann], [ann], []],
    ['each one once', '@Ann @Ann', [ann], [], ['a1']],
    ['somebody typed, who is here', 'hi @Ann!', [], [ann, wang], ['a1']],
    ['nobody typed, of two with the name', 'hi @Ann', [], [ann, otherAnn], []],
    ['the one who was picked, of two with the name', 'hi @Ann', [ann], [ann, otherAnn], ['a1']],
    ['the one who was picked last', 'hi @Ann', [ann, otherAnn], [ann, otherAnn], ['a2']],
    ['both, where the name stands twice', '@Ann @Ann', [ann, otherAnn], [], ['a1', 'a2']],
    ['those in the order of the text', '@王伟 @Ann', [ann, wang], [], ['w1', 'a1']],
    ['a name in Chinese before a word, if it was picked', '@王伟请看', [wang], [wang], ['w1']],
    ['no typed name that may be longer', '@王伟请看', [], [wang], []],
    ['the longer typed name', '@王伟明，好', [], [wang, wangMing], ['w2']],
    ['nobody with an id that is too long', '@x', [{ userId: '🚀'.repeat(33), name: 'x' }], [], []],
  ])('%s', (_, text, picks, people, expected) => {
    expect(mentionsIn(text, picks, people)).toEqual(expected);
  });

  test('is at most ten', () => {
    const people = Array.from({ length: 12 }, (_, n) => ({ userId: `u${n}`, name: `n${n}` }));
    const text = people.map(({ name }) => `@${name}`).join(' ');
    expect(mentionsIn(text, people, [])).toEqual(people.slice(0, 10).map(({ userId }) => userId));
  });

  const names = ['Ann', 'Bo', 'Zoë Q', '王伟', 'O’Neil', 'x'];
  const picks = names.map((name, index) => ({ userId: `u${index}`, name }));
  const piece = fc.oneof(
    fc.constantFrom(...names.map((name) => `@${name}`), ' ', '@', '，', '\n', '王', 'An', '.'),
    fc.string({ maxLength: 5 }),
  );
  /** A splice of the text, as keys, a paste, a cut or an undo make it. */
  const splices = fc.array(fc.tuple(fc.nat(), fc.nat(12), piece), { maxLength: 25 });

  /** Independent of the code: no letter before and behind, or one of a script without spaces. */
  const stands = (text: string, name: string) => {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const wide =
      '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
    const before = `(?<![\\p{L}\\p{N}\\p{M}_])|(?<=[${wide}])`;
    const behind = `(?!\\p{M})(?:(?![\\p{L}\\p{N}_])|(?=[${wide}]))`;
    return new RegExp(`(?:${before})@${escaped}${behind}`, 'u').test(text);
  };

  test('an id is sent if and only if its name is still there, after any edit', () => {
    fc.assert(
      fc.property(piece, splices, (first, edits) => {
        let text = first;
        for (const [at, length, inserted] of edits) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + inserted + text.slice(start + length);
          const expected = picks.filter(({ name }) => stands(text, name));
          expect([...mentionsIn(text, picks, [])].sort()).toEqual(
            expected.map(({ userId }) => userId),
          );
        }
      }),
      runs(1_000),
    );
  });

  test('in any text there are at most ten different ids, all of them known', () => {
    const person = fc.record({ userId: fc.string(), name: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(fc.array(person), fc.array(person), fc.string(), (chosen, here, text) => {
        const all = `${text}${[...chosen, ...here].map(({ name }) => ` @${name} `).join('')}`;
        const ids = mentionsIn(all, chosen, here);
        expect(ids.length).toBeLessThanOrEqual(10);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set([...chosen, ...here].map(({ userId }) => userId));
        expect(ids.every((id) => known.has(id))).toBe(true);
      }),
      runs(300),
    );
  });
});

describe('the mention in which the caret is', () => {
  test.each<[string, string | undefined]>([
    ['@', ''],
    ['hi @an', 'an'],
    ['hi @Ann Sm', 'Ann Sm'],
    ['你好@王', '王'],
    ['x@an', undefined],
    ['@ an', undefined],
    ['@an\n', undefined],
    ['@an  ', undefined],
    ['hi', undefined],
    [`@${'x'.repeat(60)}`, undefined],
    ['@one @tw', 'tw'],
  ])('of %j is %j', (text, query) => {
    expect(queryAt(text, text.length)?.text).toBe(query);
  });

  test('ends at the caret', () => {
    expect(queryAt('say @anna now', 7)).toEqual({ start: 4, text: 'an' });
  });
});

describe('people who match', () => {
  const people = [
    'José García',
    'Mary-Ann Li',
    'Ann',
    '王小明',
    'Ångström',
    'mc_annie',
    'Li 王',
  ].map((name) => ({ userId: name, name }));

  test.each([
    ['', people.map(({ name }) => name)],
    ['jose', ['José García']],
    ['garc', ['José García']],
    ['GARCÍA', ['José García']],
    ['ann', ['Ann', 'Mary-Ann Li', 'mc_annie']],
    ['li', ['Li 王', 'Mary-Ann Li']],
    ['mary-ann l', ['Mary-Ann Li']],
    ['小', ['王小明']],
    ['王', ['王小明', 'Li 王']],
    ['ang', ['Ångström']],
    ['nn', []],
  ])('%j', (query, names) => {
    expect(matching(people, query).map(({ name }) => name)).toEqual(names);
  });

  test('are found among 500 within a frame', () => {
    const many = Array.from({ length: 500 }, (_, n) => ({ userId: `${n}`, name: `Gäst Nr ${n}` }));
    const startedAt = performance.now();
    for (let n = 0; n < 20; n += 1) matching(many, 'nr 4');
    expect((performance.now() - startedAt) / 20).toBeLessThan(16);
    expect(fold('Gäst')).toBe('gast');
  });
});
