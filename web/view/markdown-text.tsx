// Texts with Markdown. A part of the page that loads with the first such text, together with style/markdown.css.

import { useState } from 'preact/hooks';
import { copyText } from '../device/clipboard.ts';
import {
  type Inline,
  type Item,
  type Mark,
  type MarkdownBlock,
  toMarkdown,
} from '../text/markdown.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { Parts } from './message-text-parts.tsx';

/** The blocks of a text. Their nodes hold text only. */
export function MarkdownText({ text }: { readonly text: string }) {
  return (
    <>
      {toMarkdown(text).map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
    </>
  );
}

function BlockOf({ block }: { readonly block: MarkdownBlock }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines inlines={block.inlines} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Inlines inlines={block.inlines} />
        </blockquote>
      );
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item, index) => (
            // Numbers are the writer's own.
            <li
              key={index}
              data-depth={item.depth}
              value={block.isOrdered ? numberOf(item) : undefined}
            >
              <Inlines inlines={item.inlines} />
            </li>
          ))}
        </List>
      );
    }
    case 'code':
      return <Code text={block.text} />;
  }
}

const numberOf = ({ prefix }: Item) => Number.parseInt(prefix.trim(), 10);

/** A block of code, with a button that copies it. */
function Code({ text }: { readonly text: string }) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 2_500);
  };
  return (
    <div class="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide code scrolls, and the keyboard must reach it */}
      <pre tabIndex={0} dir="ltr">
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="mini"
        title={isCopied ? words.copied : words.copy}
        aria-label={isCopied ? words.copied : words.copy}
        data-testid="copy-code"
        onClick={() => void copy()}
      >
        <Icon name={isCopied ? 'check' : 'copy'} />
      </button>
    </div>
  );
}

const ELEMENTS: Readonly<Record<Mark, 'strong' | 'em' | 's'>> = {
  '*': 'em',
  _: 'em',
  '**': 'strong',
  '***': 'strong',
  '~~': 's',
};

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return <>{inlines.map(inlineOf)}</>;
}

function inlineOf(inline: Inline, index: number) {
  if (inline.kind !== 'emphasis') return <Parts key={index} parts={[inline]} />;
  const Element = ELEMENTS[inline.mark];
  const inner = <Inlines inlines={inline.inlines} />;
  return <Element key={index}>{inline.mark === '***' ? <em>{inner}</em> : inner}</Element>;
}
