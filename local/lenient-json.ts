// JSON with comments and trailing commas, as .NET accepts it in settings files. So do Core Tools, the Functions host and the
// official emulator.

// Matches whole strings, so that their contents stay unchanged.
const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_TRAILING_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g;

/** Throws like JSON.parse. */
export function parseLenientJson(text: string): unknown {
  return JSON.parse(toStrictJson(text));
}

/** The same JSON with spaces for comments and commas, so that the rest keeps its line and column. */
export function toStrictJson(text: string): string {
  return text
    .replace(STRING_OR_COMMENT, (found) => (found.startsWith('"') ? found : toBlanks(found)))
    .replace(STRING_OR_TRAILING_COMMA, (found) => (found === ',' ? ' ' : found));
}

function toBlanks(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
