import { loadStyle } from '../device/style-loader.ts';
import { withoutCodes } from '../text/log-text.ts';
import { lazyPart } from './lazy-part.ts';
import { memo } from './memo.tsx';

/** Most rooms have no log, so its colours, levels and styles are a part of their own. */
const useLogPart = lazyPart(async () => {
  const style = loadStyle('published.css');
  const { PublishedLine } = await import('./log/part.ts');
  await style;
  return { PublishedLine };
});

interface PublishedTextProps {
  readonly text: string;
  readonly testId?: string;
}

/** A published line. Plain until its part is loaded. */
export const PublishedText = memo(({ text, testId }: PublishedTextProps) => {
  const part = useLogPart(true);
  if (part) return <part.PublishedLine text={text} testId={testId} />;
  return (
    <div class="text" dir="auto" data-testid={testId}>
      <p>{withoutCodes(text)}</p>
    </div>
  );
});
