// `npm run check:infra` checks the deployment without Azure: no linter finding, canonical format, and for each shape the
// same resources as in the committed snapshot. With --write it formats and writes new snapshots.

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findBicep, thisMachine } from './bicep.ts';

const INFRA = import.meta.dirname;

// Names are made from it, so it has to be the same on every machine.
const CONTEXT = {
  'subscription-id': '00000000-0000-0000-0000-000000000001',
  'tenant-id': '00000000-0000-0000-0000-000000000002',
  location: 'westeurope',
};

/** One thing that is not as it should be, in words. */
type Finding = string;
type Bicep = (...args: string[]) => Promise<{ readonly code: number; readonly output: string }>;

/** A result of `bicep lint` in SARIF, as far as we use it. */
interface SarifResult {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

async function lint(bicep: Bicep, path: string): Promise<Finding[]> {
  const { output } = await bicep('lint', path, '--diagnostics-format', 'sarif');
  // Warnings leave the exit code at 0, so the list has to be read.
  const { runs } = JSON.parse(output) as { runs: readonly { results: readonly SarifResult[] }[] };
  return runs.flatMap(({ results }) => results).map(toFinding);
}

function toFinding({ ruleId, message, locations }: SarifResult): Finding {
  const at = locations[0]?.physicalLocation;
  const where = at ? `${at.artifactLocation.uri}:${at.region.startLine}: ` : '';
  return `${where}${ruleId}: ${message.text}`;
}

async function checkFormat(bicep: Bicep, path: string, isWriting: boolean): Promise<Finding[]> {
  const { code, output } = await bicep('format', path, '--stdout');
  if (code !== 0) return [`${path}: ${output.trim()}`];
  if (output === (await readFile(path, 'utf8'))) return [];
  if (!isWriting) return [`${path}: not in canonical format; run npm run fix:infra`];
  await writeFile(path, output);
  return [];
}

async function checkSnapshot(bicep: Bicep, path: string, isWriting: boolean): Promise<Finding[]> {
  const mode = isWriting ? 'overwrite' : 'validate';
  const context = Object.entries(CONTEXT).flatMap(([name, value]) => [`--${name}`, value]);
  const { code, output } = await bicep('snapshot', path, ...context, '--mode', mode);
  if (code === 0) return [];
  return [
    `${path}: deploys something else than its snapshot; if so it should, run npm run fix:infra\n${output}`,
  ];
}

async function check(isWriting: boolean): Promise<void> {
  const path = await findBicep(thisMachine(join(INFRA, '..')));
  const bicep: Bicep = (...args) => execute(path, args);
  const [templates, shapes] = await Promise.all([
    list(INFRA, '.bicep'),
    list(join(INFRA, 'shapes'), '.bicepparam'),
  ]);
  const jobs = [
    ...[...templates, ...shapes].map((file) => () => checkFormat(bicep, file, isWriting)),
    // Linting main.bicep covers its modules.
    ...[join(INFRA, 'main.bicep'), ...shapes].map((file) => () => lint(bicep, file)),
    ...shapes.map((file) => () => checkSnapshot(bicep, file, isWriting)),
  ];
  const findings = (await inParallel(jobs)).flat();
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) throw new Error(`unable to accept infra/; ${findings.length} findings.`);
  console.log(
    `infra: ${templates.length} templates, ${shapes.length} shapes, no findings (${path})`,
  );
}

/** As many at a time as there are cores; the CLI is busy with one. */
async function inParallel<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const waiting = [...jobs.entries()];
  const results: T[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, job] = next;
      results[index] = await job();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

async function execute(
  path: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(path, args, { maxBuffer: 64 << 20 });
    return { code: 0, output: stdout };
  } catch (error) {
    if (!isExit(error)) throw error;
    return { code: error.code, output: error.stdout || error.stderr };
  }
}

function isExit(error: unknown): error is { code: number; stdout: string; stderr: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

async function list(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith(extension)).map((name) => join(folder, name));
}

try {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  await check(values.write);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
