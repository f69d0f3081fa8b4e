import leven from 'leven';

/** The known word that is meant, for one or two typing errors. Undefined for another word. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  return nearestWords(word, known, Math.max(1, Math.floor(word.replace(/^-+/, '').length / 3)))[0];
}

/** The known words with at most so many typing errors, the nearest first. */
export function nearestWords(
  word: string,
  known: readonly string[],
  mostErrors: number,
): readonly string[] {
  return [...new Set(known)]
    .map((one) => ({ one, errors: countErrors(word, one, mostErrors) }))
    .filter(({ errors }) => errors <= mostErrors)
    .sort((a, b) => a.errors - b.errors)
    .map(({ one }) => one);
}

/** Two neighbours in each other's place are one error, the most frequent one. */
function countErrors(word: string, known: string, mostErrors: number): number {
  // What is further away is not counted exactly.
  const options = { maxDistance: mostErrors + 1 };
  const swapped = Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => {
    const [first = '', second = ''] = word.slice(at, at + 2);
    return `${word.slice(0, at)}${second}${first}${word.slice(at + 2)}`;
  });
  return Math.min(
    leven(word, known, options),
    ...swapped.map((other) => 1 + leven(other, known, options)),
  );
}
