import { PUBLISHER } from '../../functions/protocol.ts';
import { plainOf, useLogPart } from './logs.ts';
import { memo } from './memo.tsx';

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
      <p>{plainOf({ userId: PUBLISHER, text })}</p>
    </div>
  );
});
