// Untrusted text on a terminal: characters that would control it, or change the order of characters, are made visible.

// All control characters except tab, and bidi embeddings, overrides and isolates, which reorder the following text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// Those that JSON.stringify does not escape, and the two line separators of Unicode.
const RAW_IN_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line: line breaks are made visible, too. */
export function toVisible(text: string): string {
  return text.replace(CONTROLS, toPicture);
}

/** Equivalent JSON without control characters. */
export function toVisibleJson(json: string): string {
  return json.replace(RAW_IN_JSON, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Unicode's picture of a control character. Other characters have none. */
function toPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
