/**
 * A text that changes. A browser's translator puts other nodes in the place of text nodes, and what it has taken out of the
 * page no longer shows a change. So each text gets an element of its own.
 */
export function Live({ text }: { readonly text: string }) {
  return text === '' ? null : <span key={text}>{text}</span>;
}
