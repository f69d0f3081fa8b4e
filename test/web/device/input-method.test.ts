import { expect, test } from '@jest/globals';
import { keepComposingKeys } from '../../../web/device/input-method.ts';

/** The keys of which a listener learns that was added after the guard. */
function heard(type: string, about: { isComposing?: boolean; keyCode: number }): number {
  const page = new EventTarget();
  let count = 0;
  keepComposingKeys(page);
  page.addEventListener(type, () => {
    count += 1;
  });
  page.addEventListener(
    type,
    () => {
      count += 1;
    },
    true,
  );
  page.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), about));
  return count;
}

test('a key of a composition reaches no listener of the page', () => {
  expect(heard('keydown', { isComposing: true, keyCode: 27 })).toBe(0);
});

test('nor does the key that ends one in Safari, which reports 229', () => {
  expect(heard('keydown', { isComposing: false, keyCode: 229 })).toBe(0);
});

test('other keys and events reach all', () => {
  expect(heard('keydown', { isComposing: false, keyCode: 27 })).toBe(2);
  expect(heard('input', { isComposing: true, keyCode: 229 })).toBe(2);
});
