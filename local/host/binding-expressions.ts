// Binding expressions: %SETTING% is replaced once at the start, {path} at each invocation. Pure.
// Source: azure-webjobs-sdk, BindingTemplate and its parser; SystemBindingData for the built-in names.

import { randomUUID } from 'node:crypto';

/** The values that `{…}` may name: the trigger's own data, and for HTTP also `headers` and `query`. */
export type BindingData = Readonly<Record<string, unknown>>;

export interface ExpressionContext {
  readonly data: BindingData;
  readonly functionName: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Replaces each %NAME% by the setting of that name. Throws if there is no such setting. */
export function resolveSettings(
  text: string,
  settings: Readonly<Record<string, string | undefined>>,
): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('%', at);
    if (start < 0) break;
    const end = text.indexOf('%', start + 1);
    if (end < 0) throw unresolvable(text, 'its last % has no partner', 'Write %NAME%.');
    const name = text.slice(start + 1, end);
    const value = settings[name];
    if (value === undefined) {
      throw unresolvable(
        text,
        `there is no setting ${name}`,
        'Set it in the environment or in local.settings.json.',
      );
    }
    result += text.slice(at, start) + value;
    at = end + 1;
  }
  return result + text.slice(at);
}

/** Replaces each {name}, {name.member} and {name:format}. Throws if the data has no such member. */
export function resolveExpressions(text: string, context: ExpressionContext): string {
  return parseTemplate(text)
    .map((part) => (typeof part === 'string' ? part : evaluate(part.expression, context)))
    .join('');
}

/** Literal text and expressions, in order. `{{` and `}}` mean the braces themselves. */
function parseTemplate(text: string): (string | { readonly expression: string })[] {
  const parts: (string | { readonly expression: string })[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if ((char === '{' || char === '}') && text.charAt(at + 1) === char) {
      literal += char;
      at += 1;
    } else if (char === '{') {
      const end = text.indexOf('}', at);
      const expression = text.slice(at + 1, end);
      if (end < 0 || expression.trim() === '' || expression.includes('{')) {
        throw unresolvable(text, 'a { does not open an expression', 'Write {name}, or {{ for {.');
      }
      parts.push(literal, { expression });
      literal = '';
      at = end;
    } else if (char === '}') {
      throw unresolvable(text, 'a } closes nothing', 'Write {name}, or }} for }.');
    } else {
      literal += char;
    }
  }
  parts.push(literal);
  return parts;
}

function evaluate(expression: string, context: ExpressionContext): string {
  const colon = expression.indexOf(':');
  const path = (colon < 0 ? expression : expression.slice(0, colon)).trim();
  const format = colon < 0 ? undefined : expression.slice(colon + 1);
  const [root = '', ...members] = path.split('.');

  if (Object.hasOwn(context.data, root)) {
    return toText(follow(expression, context.data[root], root, members));
  }
  switch (path.toLowerCase()) {
    case 'rand-guid':
    case 'sys.randguid':
      return formatGuid(randomUUID(), format);
    case 'datetime':
      return formatTime(context.now, format ?? 'yyyy-MM-ddTHH-mm-ssK');
    case 'sys.utcnow':
      return formatTime(context.now, format ?? 'yyyy-MM-ddTHH-mm-ssK');
    case 'sys.methodname':
      return context.functionName;
    default:
      throw unresolvable(
        `{${expression}}`,
        `the trigger gives no value for ${root}`,
        'Name something that it gives, or send it.',
      );
  }
}

function follow(
  expression: string,
  start: unknown,
  root: string,
  members: readonly string[],
): unknown {
  let value = start;
  for (const member of members) {
    const key = findMember(value, member, root === 'headers');
    if (key === undefined) {
      throw unresolvable(
        `{${expression}}`,
        `${root} has no ${member}`,
        'Send it with the request, or leave it out of the binding.',
      );
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function findMember(value: unknown, member: string, ignoresCase: boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, member)) return member;
  if (!ignoresCase) return undefined;
  const lower = member.toLowerCase();
  return Object.keys(value).find((key) => key.toLowerCase() === lower);
}

/** Objects and lists render as nothing. */
function toText(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'object') return '';
  return String(value);
}

function formatGuid(guid: string, format: string | undefined): string {
  return format?.toUpperCase() === 'N' ? guid.replaceAll('-', '') : guid;
}

/** The .NET custom formats that people use in names: years to seconds, and `K` for the zone, which is always UTC. */
function formatTime(now: number, format: string): string {
  const iso = new Date(now).toISOString();
  const parts: Readonly<Record<string, string>> = {
    yyyy: iso.slice(0, 4),
    yy: iso.slice(2, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    fff: iso.slice(20, 23),
    K: 'Z',
  };
  return format.replace(/yyyy|yy|MM|dd|HH|mm|ss|fff|K/g, (token) => parts[token] ?? token);
}

function unresolvable(text: string, reason: string, remedy: string): Error {
  return new Error(`unable to resolve ${JSON.stringify(text)}; ${reason}. ${remedy}`);
}
