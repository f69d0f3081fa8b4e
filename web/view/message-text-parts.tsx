import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Part } from '../text/text-parts.ts';

/** Marks the names in plain text, in a message that mentions people. */
export const MarkText = createContext<((text: string) => ComponentChildren) | undefined>(undefined);

/** Text, inline code and links of one block. */
export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  const mark = useContext(MarkText);
  return (
    <>
      {parts.map((part, index) =>
        mark && part.kind === 'text' ? mark(part.text) : partOf(part, index),
      )}
    </>
  );
}

function partOf(part: Part, index: number) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return (
        <code key={index} dir="ltr">
          {part.text}
        </code>
      );
    case 'link':
      return (
        // The title is the address as the browser reads it: look-alike letters appear as xn--….
        <a
          key={index}
          href={part.href}
          title={part.href}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
        >
          <bdi>{part.text}</bdi>
        </a>
      );
  }
}
