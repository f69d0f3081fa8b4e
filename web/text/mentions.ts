// Which people a text mentions: `@` and a name. Pure, and linear in the text for a given number of names.

import { isUserId, MAX_MENTIONS } from '../../functions/protocol.ts';

/** A person by id, under a name. */
export interface Named {
  readonly userId: string;
  readonly name: string;
}

/** One `@name` in a text: where it is, in UTF-16 units, and whose name it is. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Scripts that put no space between words. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}\p{M}_]/u;

/** Whether `@` at `index` begins a mention: not in the middle of a word, as in an address of mail. */
function begins(text: string, index: number): boolean {
  const before = lastOf(text.slice(Math.max(0, index - 2), index));
  return !WORD.test(before) || WIDE.test(before);
}

/**
 * Every `@name` of the text, in its order. Of two names that begin alike the longer one counts. A name ends where its word
 * ends: `@Ann` is not in `@Anna`. Scripts without spaces go on behind a name.
 */
export function findNames(text: string, names: Iterable<string>): readonly Found[] {
  const longestFirst = [...new Set(names)].sort((one, other) => other.length - one.length);
  const found: Found[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!begins(text, at)) continue;
    const name = longestFirst.find((one) => isNameAt(text, at + 1, one));
    if (name === undefined) continue;
    const end = at + 1 + name.length;
    found.push({ start: at, end, name });
    at = end - 1;
  }
  return found;
}

function isNameAt(text: string, from: number, name: string): boolean {
  if (name === '' || !text.startsWith(name, from)) return false;
  const next = firstOf(text.slice(from + name.length, from + name.length + 2));
  // A mark changes the letter before it, in any script.
  return !WORD.test(next) || (WIDE.test(next) && !/\p{M}/u.test(next));
}

/** The word behind each `@`, for names that nobody knows any more. Not in scripts without spaces, where it has no end. */
export function findWords(text: string): readonly Found[] {
  return [...text.matchAll(/@([\p{L}\p{N}\p{M}_]{1,32})/gu)]
    .filter(({ index, 1: name = '' }) => begins(text, index) && !WIDE.test(name))
    .map(({ index, 0: { length }, 1: name = '' }) => ({ start: index, end: index + length, name }));
}

/**
 * The ids of the people whom the text mentions, each once, in the order of the text.
 *
 * `picks` are the names that the person has put into a text from a list, the last one last: an id counts as long as its `@name`
 * is there. Of several people with one name, as many count as the name stands in the text, the last picked ones.
 * `people` are in the room. A name of theirs that was typed counts, too, if only one of them has it, and if no letter of
 * another script follows, because that could belong to the name of somebody else.
 */
export function mentionsIn(
  text: string,
  picks: readonly Named[],
  people: readonly Named[],
): readonly string[] {
  const ids = new Set<string>();
  const unique = uniqueNames(people);
  const typed = new Map([...unique].map(([name, userId]) => [name, [userId]]));
  const picked = new Map<string, readonly string[]>();
  for (const { name, userId } of picks) {
    const others = (picked.get(name) ?? []).filter((id) => id !== userId);
    picked.set(name, [...others, userId]);
  }
  const found = findNames(text, [...picked.keys(), ...typed.keys()]);
  for (const { name, end } of found) {
    const isTyped = !picked.has(name);
    if (isTyped && WORD.test(firstOf(text.slice(end, end + 2)))) continue;
    const count = found.filter((one) => one.name === name).length;
    for (const id of picked.get(name)?.slice(-count) ?? typed.get(name) ?? []) ids.add(id);
  }
  return [...ids].filter(isUserId).slice(0, MAX_MENTIONS);
}

/** By name: the id of the one person who has it. */
function uniqueNames(people: readonly Named[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const shared = new Set<string>();
  for (const { name, userId } of people) {
    if (ids.has(name) && ids.get(name) !== userId) shared.add(name);
    ids.set(name, userId);
  }
  for (const name of shared) ids.delete(name);
  return ids;
}

/** What a person is writing behind an `@`: where that is, and the beginning of a name. */
export interface Query {
  readonly start: number;
  readonly text: string;
}

/** Somewhat longer than a name. */
const LONGEST_QUERY = 40;

/** The query before the caret. Undefined if it is in no mention. */
export function queryAt(text: string, caret: number): Query | undefined {
  const from = Math.max(0, caret - LONGEST_QUERY);
  const start = text.slice(from, caret).lastIndexOf('@') + from;
  if (start < from || !begins(text, start)) return undefined;
  const query = text.slice(start + 1, caret);
  return /^\s|\n|\s\s/.test(query) ? undefined : { start, text: query };
}

/** Small letters without accents, so that `jose` finds *José*. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The people of whose names a word begins with the query, those first whose whole name does. The order is kept otherwise. */
export function matching<Person extends Named>(
  people: readonly Person[],
  query: string,
): readonly Person[] {
  const wanted = fold(query);
  if (wanted === '') return people;
  const first: Person[] = [];
  const later: Person[] = [];
  for (const person of people) {
    const name = fold(person.name);
    if (name.startsWith(wanted)) first.push(person);
    else if (hasWord(name, wanted)) later.push(person);
  }
  return [...first, ...later];
}

/** Whether a word of the name begins with `wanted`. Each character of a script without spaces begins a word. */
function hasWord(name: string, wanted: string): boolean {
  for (let at = name.indexOf(wanted, 1); at >= 0; at = name.indexOf(wanted, at + 1)) {
    const before = lastOf(name.slice(Math.max(0, at - 2), at));
    if (!WORD.test(before) || before === '_' || WIDE.test(firstOf(wanted))) return true;
  }
  return false;
}

const firstOf = (text: string) => [...text][0] ?? '';
const lastOf = (text: string) => [...text].at(-1) ?? '';
