import { useEffect, useState } from 'preact/hooks';
import { textOf, toSpans } from '../text/log-text.ts';
import { type Part, toParts } from '../text/text-parts.ts';
import { memo } from './memo.tsx';
import { Parts } from './message-text.tsx';

interface PublishedTextProps {
  readonly text: string;
  readonly testId?: string;
}

/** A published line: monospaced, with its ANSI colours and a mark for its level. */
export const PublishedText = memo(({ text, testId }: PublishedTextProps) => {
  const spans = toSpans(text);
  const level = useLevel(textOf(spans));
  return (
    <div class="text published" dir="auto" data-testid={testId} data-level={level}>
      <p>
        {spans.map((span, index) =>
          span.styles.length === 0 ? (
            <Parts key={index} parts={withLinks(span.text)} />
          ) : (
            <span key={index} class={span.styles.map((style) => `log-${style}`).join(' ')}>
              <Parts parts={withLinks(span.text)} />
            </span>
          ),
        )}
      </p>
    </div>
  );
});

/** Finds links only. Backticks have no meaning in a log. */
function withLinks(text: string): readonly Part[] {
  return toParts(text).map((part) => {
    return part.kind === 'code' ? { kind: 'text', text: `\`${part.text}\`` } : part;
  });
}

type Levels = typeof import('../text/log-level.ts');

/** Most rooms have no log, so its levels are a part of their own. */
let levels: Levels | undefined;
let loading: Promise<void> | undefined;

async function loadLevels(): Promise<void> {
  levels = await import('../text/log-level.ts').catch(() => undefined);
  // The next line tries again.
  if (!levels) loading = undefined;
}

/** The mark of a line. None until the levels are loaded. */
function useLevel(text: string) {
  const [, renderAgain] = useState(false);
  useEffect(() => {
    if (levels) return;
    loading ??= loadLevels();
    void loading.then(() => renderAgain(true));
  }, []);
  return levels?.levelOf(text);
}
