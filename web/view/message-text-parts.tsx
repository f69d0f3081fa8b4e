import type { Part } from '../text/text-parts.ts';

/** Text, inline code and links of one block. */
export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return <>{parts.map(partOf)}</>;
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
