// JSON as .NET configuration takes it, and so the official emulator: with comments and trailing commas.

// Whole strings, so that what is within one is left alone.
const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_TRAILING_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g;

/** Throws as JSON.parse does. */
export function parseLenientJson(text: string): unknown {
  const strict = text
    .replace(STRING_OR_COMMENT, (found) => (found.startsWith('"') ? found : ' '))
    .replace(STRING_OR_TRAILING_COMMA, (found) => (found === ',' ? '' : found));
  return JSON.parse(strict);
}
