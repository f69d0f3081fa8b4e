// Text of strangers on a terminal: what would control it, or turn the order of its characters, is made visible.

// All controls but tab; bidi embeddings, overrides and isolates, which reorder what comes after them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// Those of them that JSON.stringify leaves as they are, and the two line separators of Unicode.
const RAW_IN_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line: line breaks are made visible, too. */
export function toVisible(text: string): string {
  return text.replace(CONTROLS, toPicture);
}

/** JSON that means the same, without a control character in it. */
export function toVisibleJson(json: string): string {
  return json.replace(RAW_IN_JSON, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A control character as the picture that Unicode has of it; of the others there are none. */
function toPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
