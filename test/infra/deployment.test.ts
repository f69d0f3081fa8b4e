// The ways to deploy share names that no compiler compares: az with main.bicep or chat.bicep, azd, GitHub.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  at,
  isObject,
  readSnapshot,
  resourceOf,
  resourcesOf,
  SHAPES,
  settingsOf,
} from './snapshot.ts';

const read = (path: string) => readFileSync(path, 'utf8');

/** Parameters of a template: name → type and default, as written. */
function parametersOf(path: string): Map<string, string> {
  const found = read(path).matchAll(/^param (\w+) (.+)$/gm);
  return new Map([...found].map(([, name = '', rest = '']) => [name, rest]));
}

test('chat.bicep offers what main.bicep offers, with the same types and defaults', () => {
  const [main, chat] = [parametersOf('infra/main.bicep'), parametersOf('infra/chat.bicep')];
  // In a resource group the default region is that of the group.
  chat.set('location', main.get('location') ?? '');
  expect([...chat]).toEqual([...main]);
});

test('infra/README.md explains every parameter', () => {
  const readme = read('infra/README.md');
  const missing = [...parametersOf('infra/main.bicep').keys()].filter(
    (name) => !readme.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});

test('row 10: each environment has a deployment of its own, whose name is not too long', () => {
  const commands = read('infra/README.md').match(
    /az deployment (?:sub|group) (?:create|show) .*-n .*/g,
  );
  expect(commands?.length).toBeGreaterThan(5);
  for (const command of commands ?? []) expect(command).toContain(' -n chat-demo ');
  for (const path of ['infra/main.bicep', 'infra/chat.bicep']) {
    const [, length] = /@maxLength\((\d+)\)\nparam environmentName /.exec(read(path)) ?? [];
    expect('chat-'.length + Number(length)).toBe(64);
  }
});

test('row 12: infra/README.md lists every provider that is not registered from the start', () => {
  // learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
  const registered = ['Microsoft.Authorization', 'Microsoft.Consumption', 'Microsoft.Resources'];
  const used = SHAPES.flatMap((shape) => resourcesOf(readSnapshot(shape))).map(({ type }) =>
    type.slice(0, type.indexOf('/')),
  );
  const [, list = ''] = /^- the providers ([\s\S]*?)\n\n/m.exec(read('infra/README.md')) ?? [];
  const missing = used.filter(
    (name) => !registered.includes(name) && !list.includes(`\`${name}\``),
  );
  expect([...new Set(missing)]).toEqual([]);
});

test('row 3: a deployment after the first month leaves the budget alone, because Azure refuses to move its start', () => {
  expect(read('infra/budget.bicep')).toMatch(/^@onlyIfNotExists\(\)\nresource budget /m);
});

test('row 11: both storage accounts have the chosen redundancy, by default one data center', () => {
  const skusOf = (shape: (typeof SHAPES)[number]) =>
    resourcesOf(readSnapshot(shape), 'Microsoft.Storage/storageAccounts').map(({ json }) =>
      at(json, 'sku.name'),
    );
  expect(SHAPES.map(skusOf)).toEqual(
    ['Standard_LRS', 'Standard_ZRS', 'Standard_LRS'].map((sku) => [sku, sku]),
  );
});

describe('row 1: the audience of the upstream token', () => {
  const readme = read('infra/README.md');

  test('is a choice of each deployment, because no audience is good in every tenant', () => {
    expect(parametersOf('infra/main.bicep').get('upstreamAudience')).toBe('string');
    const { parameters } = JSON.parse(read('infra/main.parameters.json'));
    expect(parameters.upstreamAudience).toEqual({ value: `\${CHAT_UPSTREAM_AUDIENCE}` });
  });

  test('is made before the first deployment, with its service principal and without a URI', () => {
    const [before = ''] = readme.split('az deployment sub create');
    expect(before).toMatch(/^id=\$\(az ad app create --display-name chat-upstream .*\)$/m);
    expect(before).toMatch(/^az ad sp create --id "\$id"$/m);
    expect(readme).not.toContain('--identifier-uris');
  });

  test('is in each command that deploys', () => {
    const commands = readme
      .replaceAll('\\\n', '')
      .match(/az deployment (?:sub|group) create .*-p .*/g);
    expect(commands).toHaveLength(3);
    for (const command of commands ?? []) expect(command).toContain('upstreamAudience="$id"');
    expect(readme).toMatch(/gh variable set CHAT_PARAMETERS --body "upstreamAudience=\$id /);
  });

  test('reaches the service and the app, a client id and the other choice alike', () => {
    const audienceOf = (shape: 'free' | 'scale') => {
      const snapshot = readSnapshot(shape);
      const { json } = resourceOf(snapshot, 'Microsoft.SignalRService/signalR');
      return [
        at(json, 'properties.upstream.templates.0.auth.managedIdentity.resource'),
        settingsOf(snapshot).CHAT_UPSTREAM_AUDIENCE,
      ];
    };
    const clientId = '00000000-0000-0000-0000-000000000004';
    expect(audienceOf('free')).toEqual([clientId, clientId]);
    const other = 'https://signalr.azure.com';
    expect(audienceOf('scale')).toEqual([other, other]);
  });
});

describe('azd', () => {
  test('passes existing parameters', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json'));
    const known = parametersOf('infra/main.bicep');
    expect(Object.keys(parameters).filter((name) => !known.has(name))).toEqual([]);
  });

  test('finds the app by its tag', () => {
    const tags = at(resourceOf(readSnapshot('free'), 'Microsoft.Web/sites').json, 'tags');
    const [, service] = /^services:\n(?: +#.*\n)* {2}(\w+):/m.exec(read('azure.yaml')) ?? [];
    expect(isObject(tags) && tags['azd-service-name']).toBe(service);
  });

  test('deploys the folder that infra/unpack.ts fills, which has no .funcignore', () => {
    expect(read('azure.yaml')).toMatch(/^ {4}project: \.cache\/app$/m);
    expect(read('infra/unpack.ts')).toContain("join(ROOT, '.cache', 'app')");
  });
});

describe('the workflow', () => {
  const workflow = read('.github/workflows/ci.yml');

  test('has no right that a job does not ask for', () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    const granted = workflow.matchAll(/^ {6}([a-z-]+): (read|write)$/gm);
    expect([...granted].map(([line]) => line.trim())).toEqual([
      'contents: read',
      'contents: read',
      'contents: read',
      'contents: read',
      'id-token: write',
    ]);
  });

  test('knows no secret', () => {
    expect(workflow).not.toMatch(/secrets\b/);
  });

  test('runs existing scripts', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const run = [...workflow.matchAll(/npm (?:run ([\w:]+)|test)/g)].map(
      ([, name]) => name ?? 'test',
    );
    expect(run.length).toBeGreaterThan(3);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('takes names from its variables as data, never as part of a script', () => {
    const scripts = workflow.split(/^ +(?:- )?run: /m).slice(1);
    expect(
      scripts.filter((script) => /\$\{\{/.test(script.split(/^ +- (?:uses|name)/m)[0] ?? '')),
    ).toEqual([]);
  });

  test('asks for existing outputs, and passes existing parameters', () => {
    const template = read('infra/chat.bicep');
    const asked = [...workflow.matchAll(/\(output (\w+)\)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((name) => !template.includes(`output ${name} string`))).toEqual([]);
    const passed = [...workflow.matchAll(/ (\w+)="\$/g)].map(([, name = '']) => name);
    expect(passed.length).toBeGreaterThan(1);
    expect(passed.filter((name) => !parametersOf('infra/chat.bicep').has(name))).toEqual([]);
  });

  test('S7: pins every action by its commit', () => {
    const used = [...workflow.matchAll(/uses: (.+)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(8);
    for (const action of used)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  describe('S7: the job with the deployment’s identity', () => {
    const jobs = new Map(
      workflow
        .split(/^ {2}(?=[\w-]+:$)/m)
        .slice(1)
        .map((job) => [job.slice(0, job.indexOf(':')), job]),
    );
    const trusted = [...jobs].filter(([, job]) => /id-token|environment:|azure\/login/.test(job));

    test('is one', () => {
      expect([...jobs.keys()]).toEqual(
        expect.arrayContaining(['check', 'test', 'package', 'deploy']),
      );
      expect(trusted.map(([name]) => name)).toEqual(['deploy']);
    });

    test('installs and builds nothing, so no script of a package runs beside the identity', () => {
      const [[, job] = ['', '']] = trusted;
      expect(job).not.toMatch(/\b(npm|npx|node|yarn|pnpm|tsx)\b/);
      const actions = [...job.matchAll(/uses: ([\w-]+\/[\w-]+)@/g)].map(([, action]) => action);
      expect(actions).toEqual(['actions/checkout', 'actions/download-artifact', 'azure/login']);
    });

    test('takes the package of the job that built it, by its id', () => {
      const [[, job] = ['', '']] = trusted;
      expect(job).toMatch(/^ {4}needs: \[.*\bpackage\b.*\]$/m);
      expect(job).toMatch(/artifact-ids: \$\{\{ needs\.package\.outputs\.artifact \}\}/);
      expect(jobs.get('package')).toMatch(
        /artifact: \$\{\{ steps\.upload\.outputs\.artifact-id \}\}/,
      );
    });

    test('deploys into one resource group, never into the subscription', () => {
      const [[, job] = ['', '']] = trusted;
      expect(job).toContain('az deployment group create');
      expect(job).not.toMatch(/az deployment sub|az group create|az role/);
    });
  });
});

describe('a deployment from GitHub', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The lines of a step, as the runner gives them to bash. */
  function scriptOf(step: string): string {
    const [, after = ''] = read('.github/workflows/ci.yml').split(
      `- name: ${step}\n        run: |\n`,
    );
    return /^(?: {10}.*\n)+/.exec(after)?.[0].replace(/^ {10}/gm, '') ?? '';
  }

  /** Runs a step with given answers of the commands. Returns the calls. */
  async function run(step: string, answers: { units?: string; toDo?: string; failures?: number }) {
    const { units = '', toDo = '', failures = 0 } = answers;
    const note = `#!/bin/sh\necho "$(basename "$0") $*" >> '${folder}/calls'\n`;
    const az = `${note}case "$*" in
  'signalr list -g rg-demo '*) echo '${units}' ;;
  *outputs.toDo*) echo '${toDo}' ;;
  *config-zip*) [ "$(grep -c '^az .*config-zip' '${folder}/calls')" -gt ${failures} ] ;;
esac
`;
    const timeout = `${note}shift\nexec "$@"\n`;
    await mkdir(join(folder, 'infra'));
    const commands = { az, timeout, curl: note, 'infra/use-system-key.sh': note };
    for (const [name, content] of Object.entries(commands)) {
      await writeFile(join(folder, name), content, { mode: 0o755 });
    }
    const env = {
      PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      NAME: 'demo',
      PARAMETERS: 'signalRTier=Premium_P1 signalRMaxUnits=10',
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    };
    await promisify(execFile)('bash', ['-e', '-c', scriptOf(step)], { cwd: folder, env });
    return read(join(folder, 'calls')).trim().split('\n');
  }

  test.each([
    ['the units that autoscale has come to', { units: '7' }, '7'],
    ['none without a service', {}, '0'],
  ])('passes on %s', async (_, azure, units) => {
    const calls = await run('Deploy the infrastructure', azure);
    expect(calls.at(-1)).toMatch(
      new RegExp(
        `^az deployment group create -n chat-demo -g rg-demo .* signalRLiveUnits=${units} signalRTier=Premium_P1 `,
      ),
    );
  });

  test('row 9: ends an upload that hangs, and tries again, up to twice', async () => {
    const calls = await run('Deploy the code', { failures: 2 });
    const uploads = calls.filter((call) => call.includes('config-zip'));
    expect(uploads.filter((call) => call.startsWith('timeout 600 az '))).toHaveLength(3);
    expect(calls.join('\n')).toMatch(/^curl .*--retry-max-time 1800 .*\/api\/health$/m);
  });

  test('row 9: fails if the third upload fails, and does not take old code for new', async () => {
    await expect(run('Deploy the code', { failures: 3 })).rejects.toThrow();
    expect(read(join(folder, 'calls'))).not.toMatch(/^curl /m);
  });

  test('row 10: asks only the deployment of its own environment', async () => {
    const calls = await run('Deploy the code', {});
    const asked = calls.filter((call) => call.startsWith('az deployment '));
    expect(asked).toHaveLength(3);
    for (const call of asked) expect(call).toContain(' -n chat-demo -g rg-demo ');
  });

  test('puts the system key back into the URL after the code is deployed', async () => {
    const calls = await run('Deploy the code', { toDo: 'Run the script.' });
    expect(calls.at(-1)).toBe('use-system-key.sh rg-demo');
    expect(calls.some((call) => call.startsWith('curl '))).toBe(true);
  });

  test('does not change a URL without a key', async () => {
    expect((await run('Deploy the code', {})).join()).not.toContain('use-system-key');
  });
});

test('with autoscale a deployment keeps the current units, and the minimum is the chosen number', () => {
  const snapshot = readSnapshot('scale');
  const { json } = resourceOf(snapshot, 'Microsoft.SignalRService/signalR');
  expect(at(json, 'sku.capacity')).toBe(7);
  const scaling = resourceOf(snapshot, 'Microsoft.Insights/autoscalesettings').json;
  expect(at(scaling, 'properties.profiles.0.capacity')).toMatchObject({ minimum: '2' });
});

test('the dev container starts the chat, and forwards the ports of the page and of the emulator', () => {
  const container = JSON.parse(read('.devcontainer/devcontainer.json'));
  expect(container.forwardPorts).toEqual([7071, 8888]);
  expect(container.postCreateCommand).toMatch(/npm ci$/);
  expect(container.postAttachCommand).toBe('npm start');
});
