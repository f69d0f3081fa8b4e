// A minimal debugger: sets a breakpoint by a line of the TypeScript source, as an editor does.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

export interface Debugger {
  /**
   * Stops at the first statement of a function in a source file of the app.
   * Throws if no loaded script has a source map that leads to it.
   */
  breakAt(source: RegExp, functionName: string): Promise<void>;
  /** Resolves when the process stops at a breakpoint, with its position in the TypeScript source. Lines count from 1. */
  paused(): Promise<{ readonly source: string; readonly line: number; readonly text: string }>;
  resume(): Promise<void>;
  close(): void;
}

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

interface MappedScript extends Script {
  readonly map: SourceMap;
  readonly payload: SourceMapPayload;
  readonly mapPath: string;
  /** Number of lines of the generated script. */
  readonly lineCount: number;
}

/** Attaches to the inspector at this port of the loopback address. */
export async function attach(port: number): Promise<Debugger> {
  const targets = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await targets.json()) as { readonly webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));

  const scripts = new Map<string, Script>();
  const answers = new Map<number, (result: unknown) => void>();
  const pauses: ((location: Location) => void)[] = [];
  const missed: Location[] = [];
  socket.on('message', (data) => {
    const { id, method, params, result, error } = JSON.parse(String(data));
    if (id !== undefined) answers.get(id)?.(error ?? result);
    else if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, params);
    else if (method === 'Debugger.paused') {
      const { location } = params.callFrames[0];
      const waiting = pauses.shift();
      if (waiting) waiting(location);
      else missed.push(location);
    }
  });
  let lastId = 0;
  const call = (method: string, params: object = {}): Promise<unknown> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      answers.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  await call('Debugger.enable');
  const mapped = await readMaps([...scripts.values()]);

  return {
    breakAt: async (source, functionName) => {
      const found = mapped
        .map((script) => findFunction(script, source, functionName))
        .find(Boolean);
      if (!found) throw new Error(`no script has a source map to ${functionName} in ${source}`);
      await call('Debugger.setBreakpoint', { location: found });
    },
    paused: async () => {
      const { scriptId, lineNumber, columnNumber } = await new Promise<Location>((resolve) => {
        const location = missed.shift();
        if (location) resolve(location);
        else pauses.push(resolve);
      });
      const script = mapped.find((candidate) => candidate.scriptId === scriptId);
      const entry = script?.map.findEntry(lineNumber, columnNumber);
      if (!script || !entry || !('originalSource' in entry)) throw new Error('paused elsewhere');
      const lines = contentOf(script, entry.originalSource).split('\n');
      return {
        source: entry.originalSource,
        line: entry.originalLine + 1,
        text: (lines[entry.originalLine] ?? '').trim(),
      };
    },
    resume: async () => void (await call('Debugger.resume')),
    close: () => socket.close(),
  };
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Reads the source maps that are files, such as the app's. Scripts of another compiler may have inline maps. */
function readMaps(scripts: readonly Script[]): Promise<MappedScript[]> {
  const withFile = scripts.filter(({ url, sourceMapURL }) => {
    return url.startsWith('file:') && /^\.\.?\//.test(sourceMapURL);
  });
  return Promise.all(
    withFile.map(async (script) => {
      const path = fileURLToPath(new URL(script.sourceMapURL, script.url));
      const payload = JSON.parse(await readFile(path, 'utf8')) as SourceMapPayload;
      const generated = await readFile(fileURLToPath(script.url), 'utf8');
      const lineCount = generated.split('\n').length;
      return { ...script, map: new SourceMap(payload), payload, mapPath: path, lineCount };
    }),
  );
}

function findFunction(
  script: MappedScript,
  source: RegExp,
  functionName: string,
): Location | undefined {
  const path = script.payload.sources.find((candidate) => source.test(candidate));
  if (path === undefined) return undefined;
  const lines = contentOf(script, path).split('\n');
  const heading = lines.findIndex((line) => line.includes(`function ${functionName}(`));
  const body = lines.findIndex((line, index) => index >= heading && line.endsWith('{'));
  for (let lineNumber = 0; lineNumber < script.lineCount; lineNumber += 1) {
    const entry = script.map.findEntry(lineNumber, Number.MAX_SAFE_INTEGER);
    if (!('originalSource' in entry) || entry.generatedLine !== lineNumber) continue;
    if (entry.originalSource === path && entry.originalLine > body) {
      return { scriptId: script.scriptId, lineNumber, columnNumber: 0 };
    }
  }
  return undefined;
}

/** The app's map has no sources in it, because they are in their places beside it. */
function contentOf({ mapPath }: MappedScript, source: string): string {
  return readFileSync(resolve(dirname(mapPath), source), 'utf8');
}
