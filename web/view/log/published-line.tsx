import { type Span, toSpans } from '../../text/log-colours.ts';
import { levelOf } from '../../text/log-level.ts';
import { withoutCodes } from '../../text/log-text.ts';
import { type Part, toParts } from '../../text/text-parts.ts';
import { Parts } from '../message-text-parts.tsx';

interface PublishedLineProps {
  readonly text: string;
  readonly testId: string | undefined;
}

/** A published line among what people say: monospaced, with its ANSI colours and a mark for its level. */
export function PublishedLine({ text, testId }: PublishedLineProps) {
  return (
    <div
      class="text published"
      dir="auto"
      data-testid={testId}
      data-level={levelOf(withoutCodes(text))}
    >
      <p>
        <Coloured text={text} />
      </p>
    </div>
  );
}

/** The text with its colours and links. */
export function Coloured({ text }: { readonly text: string }) {
  return <>{toSpans(text).map(spanOf)}</>;
}

function spanOf({ text, styles, paint }: Span, index: number) {
  const parts = <Parts key={index} parts={withLinks(text)} />;
  if (styles.length === 0 && !paint) return parts;
  const classes = styles.map((style) => `log-${style}`);
  if (paint) classes.push('log-exact');
  if (paint?.ground !== undefined) classes.push('log-ground');
  return (
    <span
      key={index}
      class={classes.join(' ')}
      style={paint && { '--light': paint.light, '--dark': paint.dark, '--behind': paint.ground }}
    >
      {parts}
    </span>
  );
}

/** Finds links only. Backticks have no meaning in a log. */
function withLinks(text: string): readonly Part[] {
  return toParts(text).map((part) => {
    return part.kind === 'code' ? { kind: 'text', text: `\`${part.text}\`` } : part;
  });
}
