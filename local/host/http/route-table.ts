// Routes as the platform matches them: ASP.NET Core's classic routing, in the order of function names. Pure.
// Source: azure-functions-host, WebScriptHostHttpRoutesManager; aspnetcore, Microsoft.AspNetCore.Routing.Template.

import {
  matchTemplate,
  parseTemplate,
  type RouteParams,
  type RouteTemplate,
  samplePaths,
} from './route-template.ts';

export interface Route {
  readonly functionName: string;
  /** As the app declares it, with the prefix of host.json. */
  readonly template: string;
  /** Upper case. */
  readonly methods: readonly string[];
}

export interface RouteMatch<R extends Route> {
  readonly route: R;
  readonly params: RouteParams;
}

export interface RouteTable<R extends Route> {
  /** The first route, in the order of function names, that fits method and path. `path` is decoded. */
  match(method: string, path: string): RouteMatch<R> | undefined;
  /** A sentence for each route that another route hides. */
  readonly warnings: readonly string[];
  /** Routes that cannot be served, by function name, with the reason. */
  readonly errors: ReadonlyMap<string, string>;
}

/** Never throws: a function whose route is unusable is in `errors`, and matches nothing. */
export function createRouteTable<R extends Route>(routes: readonly R[]): RouteTable<R> {
  const errors = new Map<string, string>();
  const entries: { readonly route: R; readonly template: RouteTemplate }[] = [];
  for (const route of [...routes].sort((a, b) => compareNames(a.functionName, b.functionName))) {
    try {
      refuseReserved(route.template);
      refuseTwin(route, entries);
      entries.push({ route, template: parseTemplate(route.template) });
    } catch (error) {
      errors.set(route.functionName, (error as Error).message);
    }
  }

  return {
    errors,
    warnings: findShadowed(entries),
    match(method, path) {
      for (const { route, template } of entries) {
        if (!route.methods.includes(method)) continue;
        const params = matchTemplate(template, path);
        if (params) return { route, params };
      }
      return undefined;
    },
  };
}

/** The host's order of functions: ordinal, ignoring case. */
export function compareNames(a: string, b: string): number {
  const [upperA, upperB] = [a.toUpperCase(), b.toUpperCase()];
  if (upperA === upperB) return 0;
  return upperA < upperB ? -1 : 1;
}

function refuseReserved(template: string): void {
  const first = template.split('/')[0]?.toLowerCase();
  if (first === 'admin' || first === 'runtime') {
    throw new Error(
      `unable to serve route ${template}; /admin and /runtime belong to the host. Choose another route.`,
    );
  }
}

function refuseTwin(route: Route, earlier: readonly { readonly route: Route }[]): void {
  const twin = earlier.find(
    (entry) =>
      entry.route.template.toLowerCase() === route.template.toLowerCase() &&
      shareMethod(entry.route, route),
  );
  if (!twin) return;
  throw new Error(
    `unable to serve route ${route.template}; function ${twin.route.functionName} has the same route and method. Change one of them.`,
  );
}

function shareMethod(a: Route, b: Route): boolean {
  return a.methods.some((method) => b.methods.includes(method));
}

/** A route is hidden if an earlier one matches every kind of path that it would match. */
function findShadowed(
  entries: readonly { readonly route: Route; readonly template: RouteTemplate }[],
): string[] {
  return entries.flatMap(({ route, template }, index) => {
    const samples = samplePaths(template).filter((path) => matchTemplate(template, path));
    const winner = entries
      .slice(0, index)
      .find(
        (earlier) =>
          samples.length > 0 &&
          shareMethod(earlier.route, route) &&
          samples.every((path) => matchTemplate(earlier.template, path)),
      );
    if (!winner) return [];
    const methods = route.methods.filter((method) => winner.route.methods.includes(method));
    const first = `/${winner.route.template} of ${winner.route.functionName}`;
    const hidden = `Route /${route.template} of function ${route.functionName}`;
    return `${hidden} is never reached by ${methods.join(', ')}: routes match in the order of function names, and ${first} comes first. Rename one of the two functions.`;
  });
}
