// What the log needs for jumps and answers before it needs their part (web/view/past/).

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { loadStyle } from '../device/style-loader.ts';
import { Guard } from './guard.tsx';
import { lazyPart } from './lazy-part.ts';
import type { Jumping } from './past/answered.tsx';

/** Loads with the first jump, or with the first message that answers another. */
export const usePastPart = lazyPart(async () => {
  const style = loadStyle('past.css');
  const { Answered, Jumps } = await import('./past/part.ts');
  await style;
  return { Answered, Jumps };
});

export const JumpContext = createContext<Jumping | undefined>(undefined);

/** The message that a line answers, above its text. */
export function Answer({ to }: { readonly to: number | undefined }) {
  const part = usePastPart(to !== undefined);
  const jumping = useContext(JumpContext);
  if (to === undefined) return null;
  return (
    <div class="answer" data-testid="answer">
      {part && jumping && (
        <Guard fallback={null}>
          <part.Answered {...jumping} seq={to} />
        </Guard>
      )}
    </div>
  );
}
