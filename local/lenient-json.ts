// JSON as .NET takes it in its settings files, and so Core Tools, the Functions host and the official emulator: with
// comments and trailing commas.

// Whole strings, so that what is within one is left alone.
const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_TRAILING_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g;

/** Throws as JSON.parse does. */
export function parseLenientJson(text: string): unknown {
  return JSON.parse(toStrictJson(text));
}

/** The same with blanks instead, so that everything else keeps its line and column. */
export function toStrictJson(text: string): string {
  return text
    .replace(STRING_OR_COMMENT, (found) => (found.startsWith('"') ? found : toBlanks(found)))
    .replace(STRING_OR_TRAILING_COMMA, (found) => (found === ',' ? ' ' : found));
}

function toBlanks(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
