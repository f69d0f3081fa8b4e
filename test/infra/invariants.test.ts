import { describe, expect, test } from '@jest/globals';
import { IDENTITY_INVARIANTS } from './identity-invariants.ts';
import type { Invariant } from './invariant.ts';
import { readSnapshot, SHAPES, type Shape } from './snapshot.ts';
import { PRIVATE_INVARIANTS, SURFACE_INVARIANTS } from './surface-invariants.ts';

const mistakesOf = ({ mistakes }: Invariant) => Object.entries(mistakes);

describe.each([...IDENTITY_INVARIANTS, ...SURFACE_INVARIANTS])('$title', (invariant) => {
  test.each(SHAPES)('in the shape %s', (shape) => {
    expect(invariant.violations(readSnapshot(shape))).toEqual([]);
  });

  test.each(mistakesOf(invariant))('not so with the mistake: %s', (_, make) => {
    expect(violationsAfter(make, invariant, 'scale')).not.toEqual([]);
  });
});

describe.each(PRIVATE_INVARIANTS)('$title', (invariant) => {
  test('in the shape private', () => {
    expect(invariant.violations(readSnapshot('private'))).toEqual([]);
  });

  test('not in the shape free', () => {
    expect(invariant.violations(readSnapshot('free'))).not.toEqual([]);
  });

  test.each(mistakesOf(invariant))('not so with the mistake: %s', (_, make) => {
    expect(violationsAfter(make, invariant, 'private')).not.toEqual([]);
  });
});

function violationsAfter(
  make: Invariant['mistakes'][string],
  invariant: Invariant,
  shape: Shape,
): string[] {
  const snapshot = readSnapshot(shape);
  make(snapshot);
  return invariant.violations(snapshot);
}
