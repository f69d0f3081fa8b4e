// What stands for a message where it is only named: above a reply, in a notification, among the results of a search. Pure.
// Visits that name no message do not load it.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { plainOf } from './log-text.ts';
import { type Inline, type MarkdownBlock, toMarkdown } from './markdown.ts';

type Said = Pick<ChatMessage, 'userId' | 'text'>;

const EXCERPT_CHARACTERS = 140;

/** The text without the marks of Markdown, which published lines do not have. Quotes keep theirs. */
export function proseOf(message: Said): string {
  const text = plainOf(message);
  return message.userId === PUBLISHER ? text : toMarkdown(text).map(blockText).join('\n');
}

/** The message's own words on one line, without its quotes. */
export function excerptOf(message: Said): string {
  const prose = proseOf(message);
  const own = oneLine(prose.replace(/^(?:>(?: .*)?\n)+/, ''));
  const characters = [...(own === '' ? oneLine(prose) : own)];
  return characters.length > EXCERPT_CHARACTERS
    ? `${characters.slice(0, EXCERPT_CHARACTERS).join('').trimEnd()}…`
    : characters.join('');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

function blockText(block: MarkdownBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineText(block.inlines);
    case 'quote': {
      const lines = inlineText(block.inlines).split('\n');
      return lines.map((line, index) => `${block.prefixes[index] ?? ''}${line}`).join('\n');
    }
    case 'list':
      return block.items.map((item) => item.prefix + inlineText(item.inlines)).join('\n');
    case 'code':
      return block.text;
  }
}

function inlineText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => (inline.kind === 'emphasis' ? inlineText(inline.inlines) : inline.text))
    .join('');
}
