import { useState } from 'preact/hooks';
import { loadStyle } from '../device/style-loader.ts';
import { type Block, hasMarks, isEmojiOnly, isLong, toBlocks } from '../text/text-parts.ts';
import { useWords } from './language.ts';
import { lazyPart } from './lazy-part.ts';
import { Live } from './live.tsx';
import { memo, renderNow } from './memo.tsx';
import { Parts } from './message-text-parts.tsx';

/** Most texts have no Markdown, so it is a part of its own. */
const useMarkdown = lazyPart(async () => {
  const style = loadStyle('markdown.css');
  const { MarkdownText } = await import('./markdown-text.tsx');
  await style;
  return { MarkdownText };
});

interface MessageTextProps {
  readonly text: string;
  readonly testId?: string;
}

/** A message's text with its links, code and quotes. A long text shows its beginning first. */
export const MessageText = memo(({ text, testId }: MessageTextProps) => {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const isFolded = isLong(text) && !isOpen;
  const isMarked = hasMarks(text);
  const markdown = useMarkdown(isMarked);
  return (
    <>
      <div
        class="text"
        dir="auto"
        data-testid={testId}
        data-large={isEmojiOnly(text)}
        data-folded={isFolded}
        // The keyboard may have reached a link in the folded part.
        onFocusIn={() => setOpen(true)}
      >
        {isMarked && markdown ? (
          <markdown.MarkdownText text={text} />
        ) : (
          toBlocks(text).map((block, index) => <BlockOf key={index} block={block} />)
        )}
      </div>
      {isLong(text) && (
        <button
          type="button"
          class="plain fold"
          aria-expanded={isOpen}
          onClick={({ currentTarget }) => {
            renderNow(() => setOpen(!isOpen));
            // A reader at the end of a long text would otherwise look at something far below it.
            if (isOpen) currentTarget.closest('.line')?.scrollIntoView({ block: 'nearest' });
          }}
        >
          <Live text={isOpen ? words.showLess : words.showMore} />
        </button>
      )}
    </>
  );
});

function BlockOf({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Parts parts={block.parts} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Parts parts={block.parts} />
        </blockquote>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code scrolls, and the keyboard must reach it
        <pre tabIndex={0} dir="ltr">
          <code>{block.text}</code>
        </pre>
      );
  }
}
