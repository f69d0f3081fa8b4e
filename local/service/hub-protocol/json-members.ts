// The raw text of an object's members, for values that have to pass unchanged: a number that no JavaScript number can
// hold, or a date as it was written.

/**
 * Names as in JSON.parse, values unchanged. Of members with the same name the last one counts, as with JSON.parse.
 *
 * @param json one object that JSON.parse accepts. It is not checked again
 */
export function rawMembers(json: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(json, skipSpace(json, 0) + 1);
  while (json[at] !== '}') {
    const nameEnd = endOfString(json, at);
    const name = JSON.parse(json.slice(at, nameEnd)) as string;
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = endOfValue(json, start);
    members.set(name, json.slice(start, end));
    at = skipSpace(json, end);
    if (json[at] === ',') at = skipSpace(json, at + 1);
  }
  return members;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function endOfString(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfValue(json: string, from: number): number {
  switch (json[from]) {
    case '"':
      return endOfString(json, from);
    case '{':
    case '[':
      return endOfNested(json, from);
    default:
      return endOfWord(json, from);
  }
}

/** The end of an object or an array, without a look at what is in its strings. */
function endOfNested(json: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const char = json[at];
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    at = char === '"' ? endOfString(json, at) : at + 1;
  } while (depth > 0 && at < json.length);
  return at;
}

/** The end of a number, of true, false or null. */
function endOfWord(json: string, from: number): number {
  let at = from;
  while (at < json.length && !',}]'.includes(json.charAt(at)) && json.charCodeAt(at) > 0x20)
    at += 1;
  return at;
}
