// Upstream settings: which event goes to which URL. The file has the official emulator's shape:
// { "UpstreamSettings": { "Templates": [{ "UrlTemplate", "HubPattern", "CategoryPattern", "EventPattern" }] } }

import { parseLenientJson } from '../../lenient-json.ts';

/** The events of a template: `*`, one name, or names separated by commas. Case-sensitive. */
export type UpstreamPattern = string;

export interface UpstreamTemplate {
  /** May contain `{hub}`, `{category}` and `{event}`. */
  readonly urlTemplate: string;
  readonly hubPattern: UpstreamPattern;
  readonly categoryPattern: UpstreamPattern;
  readonly eventPattern: UpstreamPattern;
}

/** One URL for all events, or templates. A pattern that is left out matches everything. */
export type UpstreamOption =
  | string
  | readonly (Pick<UpstreamTemplate, 'urlTemplate'> & Partial<UpstreamTemplate>)[];

export type UpstreamCategory = 'connections' | 'messages';

export interface EventName {
  readonly hub: string;
  readonly category: UpstreamCategory;
  /** `connected`, `disconnected`, or the target of the message. */
  readonly event: string;
}

/** A template for every event. Throws if the text is not a usable URL. */
export function toTemplate(urlTemplate: string): UpstreamTemplate {
  if (!isUrlTemplate(urlTemplate)) {
    throw new Error(
      `unable to use the upstream ${withoutQuery(urlTemplate)}; it is no absolute http or https URL. Give one such as http://localhost:7071/runtime/webhooks/signalr.`,
    );
  }
  return { urlTemplate, hubPattern: '*', categoryPattern: '*', eventPattern: '*' };
}

/** The templates of an option. Throws an error whose message is for the user. */
export function toTemplates(upstream: UpstreamOption): UpstreamTemplate[] {
  if (typeof upstream === 'string') return [toTemplate(upstream)];
  const isList = Array.isArray(upstream) && upstream.every(isTemplateOption);
  if (!isList) {
    throw new Error(
      'unable to use the upstream; it is neither a URL nor a list of templates. Give one such as http://localhost:7071/runtime/webhooks/signalr, or [{ urlTemplate, hubPattern, categoryPattern, eventPattern }].',
    );
  }
  return upstream.map((template) => ({ ...toTemplate(template.urlTemplate), ...template }));
}

function isTemplateOption(template: unknown): boolean {
  if (typeof template !== 'object' || template === null) return false;
  const { urlTemplate, ...patterns } = template as Record<string, unknown>;
  return [urlTemplate, ...Object.values(patterns)].every((value) => typeof value === 'string');
}

/** Parses a settings file. Members that are not about the upstream are ignored. */
export function parseUpstreamSettings(text: string): UpstreamTemplate[] {
  const settings = asObject(parseJson(text), 'the file');
  const upstream = member(settings, 'UpstreamSettings');
  if (upstream === undefined || upstream === null) return [];
  const templates = member(asObject(upstream, 'UpstreamSettings'), 'Templates') ?? [];
  if (!Array.isArray(templates)) throw unusable('UpstreamSettings.Templates is no array');
  return templates.map((item, index) => parseTemplate(item, `Templates[${index}]`));
}

/** The first template in list order whose three patterns match. */
export function matchTemplate(
  templates: readonly UpstreamTemplate[],
  { hub, category, event }: EventName,
): UpstreamTemplate | undefined {
  return templates.find(
    (template) =>
      matches(template.hubPattern, hub) &&
      matches(template.categoryPattern, category) &&
      matches(template.eventPattern, event),
  );
}

/** The URL of an event. */
export function expandTemplate(template: UpstreamTemplate, name: EventName): URL {
  const url = template.urlTemplate.replace(
    /\{(hub|category|event)\}/g,
    (_, token: keyof EventName) =>
      // A lone surrogate in a target has no encoding, and must not throw here.
      encodeURIComponent(name[token].replace(/\p{Cs}/gu, '\ufffd')),
  );
  return new URL(url);
}

/** Whether a pattern matches a name. */
export function matches(pattern: UpstreamPattern, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.split(',').some((item) => item.trim() === name);
}

function parseTemplate(value: unknown, where: string): UpstreamTemplate {
  const item = asObject(value, where);
  const urlTemplate = member(item, 'UrlTemplate');
  if (typeof urlTemplate !== 'string') throw unusable(`${where}.UrlTemplate is missing`);
  return check({
    urlTemplate,
    hubPattern: parsePattern(item, 'HubPattern', where),
    categoryPattern: parsePattern(item, 'CategoryPattern', where),
    eventPattern: parsePattern(item, 'EventPattern', where),
  });
}

/** A missing pattern matches everything, an explicit null matches nothing. Source: emulator, UpstreamTemplateItem. */
function parsePattern(item: object, name: string, where: string): UpstreamPattern {
  const pattern = member(item, name);
  if (pattern === undefined) return '*';
  if (pattern === null) return '';
  if (typeof pattern !== 'string') throw unusable(`${where}.${name} is no text`);
  return pattern;
}

function check(template: UpstreamTemplate): UpstreamTemplate {
  const { urlTemplate } = template;
  if (/@Microsoft\.KeyVault\(/i.test(urlTemplate)) {
    throw unusable('a template refers to Key Vault, which only the real service can read');
  }
  if (!isUrlTemplate(urlTemplate)) {
    throw unusable(`${withoutQuery(urlTemplate)} is no absolute http or https URL`);
  }
  return template;
}

function isUrlTemplate(text: string): boolean {
  const example = text.replace(/\{(hub|category|event)\}/g, 'x');
  return URL.canParse(example) && /^https?:$/.test(new URL(example).protocol);
}

/** For logged errors, because the query holds the key of the function app. */
function withoutQuery(urlTemplate: string): string {
  return JSON.stringify(urlTemplate.replace(/\?.*/s, '?…'));
}

/** Ignores the letter case of names, as .NET configuration does in the official emulator. */
function member(object: object, name: string): unknown {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function asObject(value: unknown, where: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw unusable(`${where} is no JSON object`);
}

function parseJson(text: string): unknown {
  try {
    // Editors on Windows add a byte order mark.
    return parseLenientJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

function unusable(reason: string): Error {
  return new Error(
    `unable to use the upstream settings; ${reason}. Give { "UpstreamSettings": { "Templates": [{ "UrlTemplate": "http://localhost:7071/runtime/webhooks/signalr" }] } }.`,
  );
}
