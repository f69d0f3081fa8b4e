import { ifPossible } from '../device/if-possible.ts';

/** The characters as a reader counts them. Code points where the browser has no `Intl.Segmenter`. */
export function graphemesOf(text: string): readonly string[] {
  const segments = ifPossible(() => [...new Intl.Segmenter().segment(text)]);
  return segments?.map(({ segment }) => segment) ?? [...text];
}
