// Exact colours of a log, changed as little as they must be to stay legible. Pure.
// Source: WCAG 2.2, relative luminance and contrast ratio.

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** CSS colours. */
export interface Paint {
  /** Of the text, in the light theme and in the dark one. */
  readonly light: string;
  readonly dark: string;
  /** Behind the text, in both. */
  readonly ground?: string;
}

/** WCAG's level AA for text. */
export const LEAST_CONTRAST = 4.5;

/** Luminance of the darkest ground of a line in the light theme, and of the lightest in the dark one. style/base.css has them. */
export const GROUNDS = { light: 0.85, dark: 0.032 } as const;

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** A colour on the grounds of both themes. */
export function exactPaint(colour: Rgb): Paint {
  return {
    light: toCss(legible(colour, GROUNDS.light)),
    dark: toCss(legible(colour, GROUNDS.dark)),
  };
}

/** A colour on an exact ground. Black or white if no colour is given. */
export function paintOn(colour: Rgb | undefined, ground: Rgb): Paint {
  const behind = luminanceOf(ground);
  const front = toCss(colour ? legible(colour, behind) : furthest(behind));
  return { light: front, dark: front, ground: toCss(ground) };
}

const STEPS = 16;

/** The colour, mixed with black or white until it is legible. */
function legible(colour: Rgb, behind: number): Rgb {
  const isLighter = luminanceOf(colour) > behind;
  const wished = isLighter ? WHITE : BLACK;
  const end = contrast(luminanceOf(wished), behind) >= LEAST_CONTRAST ? wished : furthest(behind);
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = mix(colour, end, step / STEPS);
    if (contrast(luminanceOf(mixed), behind) >= LEAST_CONTRAST) return mixed;
  }
  return end;
}

/** One of them has a contrast of at least 4.58 with any ground. */
function furthest(behind: number): Rgb {
  return contrast(1, behind) > contrast(0, behind) ? WHITE : BLACK;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [at(0), at(1), at(2)];
}

/** 0 for black to 1 for white. */
export function luminanceOf(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21, of two luminances. */
export function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function toCss(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
