// Whether a finger was the last to move the focus. Browsers draw a ring around what gets the focus from the page itself, also
// after a touch, which has no use for it. style/base.css has the rule. Loads with the first press.

/** Keys that move the focus, and that a keyboard on the screen does not have. */
const MOVES = /^(Tab|Esc|Home|End|Page|Arrow)/;

/** Keeps the attribute `data-touched` of the page, from the first press on. */
export function watchTouch(first: PointerEvent): void {
  const root = document.documentElement;
  const note = ({ pointerType }: PointerEvent) => {
    root.toggleAttribute('data-touched', pointerType !== 'mouse');
  };
  note(first);
  root.addEventListener('pointerdown', note, true);
  root.addEventListener(
    'keydown',
    ({ key }) => {
      if (MOVES.test(key)) root.removeAttribute('data-touched');
    },
    true,
  );
}
