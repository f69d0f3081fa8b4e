// One route template: `rooms/{room}/messages/{id:int?}`, `{*path}`, `{file}.{ext?}`. Pure.
// Source: aspnetcore, Microsoft.AspNetCore.Routing.Template (TemplateParser, TemplateMatcher).

import { type Constraint, parseConstraint } from './route-constraints.ts';

export type RouteParams = Readonly<Record<string, string>>;

export interface RouteTemplate {
  readonly segments: readonly (readonly Part[])[];
}

type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly isOptional: boolean;
      readonly isCatchAll: boolean;
      readonly defaultValue: string | undefined;
      readonly constraints: readonly Constraint[];
    };

type Parameter = Extract<Part, { kind: 'parameter' }>;

/** Throws an error that names the template and its fault. */
export function parseTemplate(template: string): RouteTemplate {
  const text = template.replace(/^\/+|\/+$/g, '');
  const segments =
    text === '' ? [] : splitSegments(text).map((segment) => parseSegment(segment, text));
  const names = segments.flat().flatMap((part) => (part.kind === 'parameter' ? part.name : []));
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin) throw invalid(text, `it has {${twin}} twice`);
  segments.forEach((segment, at) => {
    const isLast = at === segments.length - 1;
    for (const part of segment) {
      if (part.kind === 'parameter' && part.isCatchAll && !(isLast && segment.length === 1)) {
        throw invalid(text, `{*${part.name}} is not a segment of its own at the end`);
      }
    }
  });
  return { segments };
}

/**
 * The parameters' values, or undefined if the decoded path does not match. Omitted parameters are absent. One slash at the
 * end is ignored. No other segment may be empty, except in a `{*path}` after its first segment.
 */
export function matchTemplate(template: RouteTemplate, path: string): RouteParams | undefined {
  const whole = path.replace(/^\//, '').split('/');
  const pieces = whole.at(-1) === '' ? whole.slice(0, -1) : whole;
  const params: Record<string, string> = {};

  for (const [at, segment] of template.segments.entries()) {
    const [first] = segment;
    if (pieces[at] === '') return undefined;
    if (segment.length === 1 && first?.kind === 'parameter' && first.isCatchAll) {
      const value = whole.slice(at).join('/') || first.defaultValue;
      return take(params, first, value) ? params : undefined;
    }
    if (!matchSegment(segment, pieces[at], params)) return undefined;
  }
  return pieces.length > template.segments.length ? undefined : params;
}

/** One path of each kind that the template matches, to find out whether another template matches all of them. */
export function samplePaths(template: RouteTemplate): string[] {
  let paths = [''];
  for (const segment of template.segments) {
    paths = paths.flatMap((path) => sampleSegment(segment).map((piece) => `${path}/${piece}`));
  }
  return paths.map((path) => path.replace(/\/+$/, '') || '/');
}

function sampleSegment(segment: readonly Part[]): string[] {
  const [first] = segment;
  if (segment.length === 1 && first?.kind === 'parameter') {
    const value = first.constraints[0]?.sample ?? 'sample-1';
    if (first.isCatchAll) return ['', value, `${value}/${value}`];
    return first.isOptional ? ['', value] : [value];
  }
  return [
    segment
      .map((part) => (part.kind === 'literal' ? part.text : (part.constraints[0]?.sample ?? 'x')))
      .join(''),
  ];
}

function matchSegment(
  segment: readonly Part[],
  piece: string | undefined,
  params: Record<string, string>,
): boolean {
  const [first] = segment;
  if (segment.length === 1 && first?.kind === 'literal') {
    return piece !== undefined && equalsIgnoringCase(piece, first.text);
  }
  if (segment.length === 1 && first?.kind === 'parameter') {
    return take(params, first, piece || first.defaultValue);
  }
  return piece !== undefined && matchMixed(segment, piece, params);
}

/** `{a}-{b}`, `v{n}.json`: each parameter takes as much as it can, from the first one on. */
function matchMixed(
  segment: readonly Part[],
  piece: string,
  params: Record<string, string>,
): boolean {
  const parameters = segment.filter((part): part is Parameter => part.kind === 'parameter');
  const match = toPattern(segment).exec(piece);
  if (match) {
    return parameters.every((parameter, at) => take(params, parameter, match[at + 1]));
  }
  // `{name}.{ext?}` also matches a name without a dot.
  const [dot, last] = segment.slice(-2);
  const isOptionalTail =
    last?.kind === 'parameter' && last.isOptional && dot?.kind === 'literal' && dot.text === '.';
  return isOptionalTail && matchMixed(segment.slice(0, -2), piece, params);
}

function toPattern(segment: readonly Part[]): RegExp {
  const source = segment
    .map((part) =>
      part.kind === 'literal' ? part.text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&') : '(.+)',
    )
    .join('');
  return new RegExp(`^${source}$`, 'is');
}

function take(
  params: Record<string, string>,
  parameter: Parameter,
  value: string | undefined,
): boolean {
  if (value === undefined || value === '') return parameter.isOptional || parameter.isCatchAll;
  if (!parameter.constraints.every((constraint) => constraint.test(value))) return false;
  params[parameter.name] = value;
  return true;
}

function equalsIgnoringCase(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** Splits at slashes, but not at those inside a parameter, as in `{path:regex(^a/b$)}`. */
function splitSegments(text: string): string[] {
  const segments = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === '/' && depth <= 0) segments.push('');
    else segments[segments.length - 1] += char;
  }
  return segments;
}

function parseSegment(segment: string, template: string): Part[] {
  if (segment === '') throw invalid(template, 'it has an empty segment');
  const parts: Part[] = [];
  const pattern = /\{\{|\}\}|\{((?:[^{}]|\{\{|\}\})*)\}|[{}]|[^{}]+/g;
  for (const [token, parameter] of segment.matchAll(pattern)) {
    if (parameter !== undefined) parts.push(parseParameter(parameter, template));
    else if (token === '{' || token === '}') throw invalid(template, 'a brace has no partner');
    else appendLiteral(parts, token === '{{' || token === '}}' ? token.charAt(0) : token);
  }
  const isAdjacent = parts.some(
    (part, at) => part.kind === 'parameter' && parts[at + 1]?.kind === 'parameter',
  );
  if (isAdjacent) throw invalid(template, 'two parameters touch each other');
  return parts;
}

function appendLiteral(parts: Part[], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'literal')
    parts[parts.length - 1] = { kind: 'literal', text: last.text + text };
  else parts.push({ kind: 'literal', text });
}

/** `name`, `*name`, `name:int:min(1)`, then either `?` or `=default`. */
function parseParameter(inner: string, template: string): Parameter {
  const [, stars = '', text = ''] = /^(\*{0,2})(.*)$/s.exec(unescapeBraces(inner)) ?? [];
  const isOptional = text.endsWith('?');
  const body = isOptional ? text.slice(0, -1) : text;
  // The first `=` outside of a constraint's brackets.
  const [, declared = body, defaultValue] = /^((?:[^=(]|\([^)]*\))*)=(.*)$/s.exec(body) ?? [];
  const [name = '', ...constraints] = splitConstraints(declared);
  if (!/^[^/{}?*\s]+$/.test(name)) throw invalid(template, `{${inner}} has no proper name`);
  if (isOptional && (defaultValue !== undefined || stars !== '')) {
    throw invalid(template, `{${inner}} is optional anyway`);
  }
  return {
    kind: 'parameter',
    name,
    isOptional,
    isCatchAll: stars !== '',
    defaultValue,
    constraints: constraints.map((constraint) => parseConstraint(constraint, template)),
  };
}

function unescapeBraces(text: string): string {
  return text.replaceAll('{{', '{').replaceAll('}}', '}');
}

/** Splits at colons, but not at those inside a constraint's brackets. */
function splitConstraints(text: string): string[] {
  return text.split(/:(?![^(]*\))/);
}

function invalid(template: string, reason: string): Error {
  return new Error(
    `unable to use route template ${JSON.stringify(template)}; ${reason}. Write it like rooms/{room}/{id:int?}.`,
  );
}
