// The workflows on GitHub, as their files say.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly concurrency?: Concurrency;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly with?: Readonly<Record<string, string>>;
}

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean;
}

export interface Workflow {
  readonly on: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly permissions?: unknown;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';
export const sources = new Map(
  readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]),
);
export const workflows = new Map(
  [...sources].map(([file, text]) => [file, parse(text) as Workflow]),
);

export function workflow(file: string): Workflow {
  const found = workflows.get(file);
  if (!found) throw new Error(`no workflow ${file}`);
  return found;
}

export function job(file: string, name: string): Job {
  const found = workflow(file).jobs[name];
  if (!found) throw new Error(`no job ${name} in ${file}`);
  return found;
}

/** `ci.yml/check` and the job, for every job of every workflow. */
export const jobs: readonly (readonly [string, Job])[] = [...workflows].flatMap(
  ([file, { jobs }]) =>
    Object.entries(jobs).map(([name, job]) => [`${file}/${name}`, job] as const),
);
export const stepsOf = ({ steps = [] }: Job) => steps;
export const scriptsOf = (job: Job) => stepsOf(job).flatMap(({ run }) => run ?? []);
