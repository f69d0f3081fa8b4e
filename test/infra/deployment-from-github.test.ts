// The steps of deploy.yml that deploy, run in bash as on GitHub, with fakes of the commands.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../local/client/commands.ts';
import { job, stepsOf } from './workflow.ts';

describe('a deployment from GitHub', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploy-'));
    await mkdir(join(folder, 'infra', 'queries'), { recursive: true });
    const files = ['infra/chat.bicep', 'infra/queries/cost.kql', 'released-package.zip'];
    for (const file of files) await writeFile(join(folder, file), file);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What Azure holds from before, and what goes wrong. */
  interface Azure {
    readonly units?: string;
    readonly toDo?: string;
    /** Uploads that fail before one succeeds. */
    readonly failures?: number;
    readonly hasNoWhatIf?: boolean;
    /** Tags of the resource group. */
    readonly tags?: Readonly<Record<string, string>>;
    /** Time of the last deployment of the group. None without it. */
    readonly time?: string;
  }

  /** Runs a step as the runner gives it to bash. Returns the calls and the outputs. */
  async function run(name: string, azure: Azure = {}, parameters = 'signalRTier=Premium_P1') {
    const { units = '', toDo = '', failures = 0, hasNoWhatIf = false, tags = {}, time } = azure;
    const note = `#!/bin/sh\necho "$(basename "$0") $*" >> '${folder}/calls'\n`;
    const az = `${note}case "$*" in
  'signalr list -g rg-demo '*) echo '${units}' ;;
${Object.entries(tags)
  .map(([tag, value]) => `  'group show -n rg-demo --query tags.${tag} -o tsv') echo '${value}' ;;`)
  .join('\n')}
  'group show -n rg-demo --query id -o tsv') echo /group ;;
  *properties.timestamp*) ${time ? `echo '${time}'` : 'exit 3'} ;;
  *outputs.toDo*) echo '${toDo}' ;;
  *outputs.chatUrl*) echo https://chat.example ;;
  'deployment group what-if'*) exit ${hasNoWhatIf ? 1 : 0} ;;
  *config-zip*) [ "$(grep -c '^az .*config-zip' '${folder}/calls')" -gt ${failures} ] ;;
esac
`;
    const timeout = `${note}shift\nexec "$@"\n`;
    const commands = { az, timeout, curl: note, 'infra/use-system-key.sh': note };
    for (const [file, content] of Object.entries(commands)) {
      await writeFile(join(folder, file), content, { mode: 0o755 });
    }
    const env = {
      PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      NAME: 'demo',
      PARAMETERS: parameters,
      DIGEST: '0123',
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    };
    const step = stepsOf(job('deploy.yml', 'deploy')).find((step) => step.name === name);
    await writeFile(env.GITHUB_OUTPUT, '');
    await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', step?.run ?? 'exit 9'], {
      cwd: folder,
      env,
    });
    const calls = await readFile(join(folder, 'calls'), 'utf8');
    const outputs = (await readFile(env.GITHUB_OUTPUT, 'utf8')).trim().split('\n');
    return {
      calls: calls.trim().split('\n'),
      outputs: Object.fromEntries(outputs.map((line) => line.split(/=(.*)/s))),
    };
  }

  describe('of what is unchanged', () => {
    const time = '2026-11-28T12:00:00.000000+00:00';
    const name = 'Find out what has changed';

    /** What a run leaves when it has deployed everything. Of each folder it is the same. */
    let left: Promise<Azure> | undefined;
    const deployed = () => (left ??= deploy());
    async function deploy(): Promise<Azure> {
      const { outputs } = await run(name);
      const deployedInfrastructure = `${outputs.infrastructure} ${time}`;
      return { time, tags: { deployedInfrastructure, deployedCode: outputs.code } };
    }
    const changedOf = ({ outputs }: { outputs: Record<string, string> }) =>
      Object.keys(outputs).filter((key) => key.endsWith('-changed'));

    test('deploys neither infrastructure nor code', async () => {
      expect(changedOf(await run(name, await deployed()))).toEqual([]);
    });

    test.each([
      ['infra/chat.bicep', 'infrastructure-changed'],
      ['infra/queries/cost.kql', 'infrastructure-changed'],
      ['released-package.zip', 'code-changed'],
    ])('deploys what a change of %s concerns, and nothing else', async (file, changed) => {
      const azure = await deployed();
      await writeFile(join(folder, file), 'new');
      expect(changedOf(await run(name, azure))).toEqual([changed]);
    });

    test('deploys the infrastructure with other parameters', async () => {
      const result = await run(name, await deployed(), 'signalRTier=Standard_S1');
      expect(changedOf(result)).toEqual(['infrastructure-changed']);
    });

    test.each([
      ['another one since, by hand or with an error', { time: '2026-11-28T13:00:00+00:00' }, 1],
      ['none that Azure remembers', { time: '' }, 1],
      ['one of main.bicep since, which removes the tags', { tags: {} }, 2],
    ])('deploys after %s', async (_, change, count) => {
      const azure = await deployed();
      expect(changedOf(await run(name, { ...azure, ...change }))).toHaveLength(count);
    });

    test('skips only the two steps that deploy, and new infrastructure gets its code', () => {
      const steps = stepsOf(job('deploy.yml', 'deploy')).filter((step) => step.if);
      expect(steps.map((step) => [step.name, step.if])).toEqual([
        [
          'Deploy the infrastructure',
          'inputs.everything || steps.now.outputs.infrastructure-changed',
        ],
        [
          'Deploy the code',
          "inputs.everything || steps.now.outputs.code-changed || steps.infrastructure.outcome == 'success'",
        ],
      ]);
    });

    test('looks at every file that a template reads', () => {
      const templates = readdirSync('infra').filter((file) => file.endsWith('.bicep'));
      const named = templates.flatMap((file) =>
        [
          ...readFileSync(`infra/${file}`, 'utf8').matchAll(
            /(?:load\w+\(|module \w+ |from )'([^']+)'/g,
          ),
        ].map(([, path]) => path),
      );
      expect(named.length).toBeGreaterThan(8);
      for (const path of named) expect(path).toMatch(/^(?:[\w-]+\.bicep|queries\/[\w-]+\.kql)$/);
    });
  });

  test.each([
    ['the units that autoscale has come to', { units: '7' }, '7'],
    ['none without a service', {}, '0'],
  ])('passes on %s', async (_, azure, units) => {
    const { calls } = await run('Deploy the infrastructure', { time: 'now', ...azure });
    expect(calls).toContain(
      `az deployment group create -o none -n chat-demo -g rg-demo -f infra/chat.bicep -p environmentName=demo signalRLiveUnits=${units} signalRTier=Premium_P1`,
    );
  });

  test('row 13: prints what will change, with the same parameters, before it changes it', async () => {
    const { calls } = await run('Deploy the infrastructure', { time: 'now', units: '7' });
    const [preview = '', create = ''] = calls.filter((call) =>
      / group (what-if|create) /.test(call),
    );
    expect(preview).toMatch(/^az deployment group what-if /);
    const parameters = (call: string) => call.slice(call.indexOf(' -n '));
    expect(parameters(preview)).toBe(parameters(create));
    expect(preview).not.toContain('-o none');
  });

  test('needs no what-if', async () => {
    const { calls } = await run('Deploy the infrastructure', { time: 'now', hasNoWhatIf: true });
    expect(calls.join('\n')).toContain('az deployment group create ');
  });

  test('notes what it has deployed after it has', async () => {
    const { calls } = await run('Deploy the infrastructure', { time: 'now' });
    expect(calls.at(-1)).toBe(
      'az tag update --resource-id /group --operation merge --tags deployedInfrastructure=0123 now -o none',
    );
  });

  const codeTags = (calls: readonly string[]) =>
    calls.flatMap((call) => /deployedCode=(\w+)/.exec(call)?.[1] ?? []);

  test('row 9: ends an upload that hangs, and tries again, up to twice', async () => {
    const { calls } = await run('Deploy the code', { failures: 2 });
    const uploads = calls.filter(
      (call) => call.startsWith('timeout 600 az ') && call.includes('config-zip'),
    );
    expect(uploads).toHaveLength(3);
    expect(codeTags(calls)).toEqual(['unknown', '0123']);
  });

  test('row 9: fails if the third upload fails, and takes neither code for deployed', async () => {
    await expect(run('Deploy the code', { failures: 3 })).rejects.toThrow();
    expect(codeTags((await readFile(join(folder, 'calls'), 'utf8')).split('\n'))).toEqual([
      'unknown',
    ]);
  });

  test('row 9: gives a new app half an hour', async () => {
    const { calls, outputs } = await run('Wait until the chat is healthy');
    expect(calls.join('\n')).toMatch(
      /^curl .*--retry-max-time 1800 .*https:\/\/chat\.example\/api\/health$/m,
    );
    expect(outputs).toEqual({ url: 'https://chat.example' });
  });

  test('row 10: asks only the deployment of its own environment', async () => {
    const steps = [
      'Find out what has changed',
      'Deploy the code',
      'Wait until the chat is healthy',
    ];
    for (const step of steps) {
      const { calls } = await run(step, { time: 'now' });
      const asked = calls.filter((call) => call.startsWith('az deployment '));
      expect(asked.length).toBeGreaterThan(0);
      for (const call of asked) expect(call).toContain(' -n chat-demo -g rg-demo ');
    }
  });

  test('puts the system key back into the URL after the code is deployed', async () => {
    const { calls } = await run('Wait until the chat is healthy', { toDo: 'Run the script.' });
    expect(calls.at(-1)).toBe('use-system-key.sh rg-demo');
    expect(calls.some((call) => call.startsWith('curl '))).toBe(true);
  });

  test('does not change a URL without a key', async () => {
    const { calls } = await run('Wait until the chat is healthy');
    expect(calls.join()).not.toContain('use-system-key');
  });

  test('is checked by a job without the identity', () => {
    const verify = job('deploy.yml', 'verify');
    expect(verify.needs).toBe('deploy');
    expect(verify.permissions).toEqual({ contents: 'read' });
    const check = stepsOf(verify).find((step) => step.name === 'Check the deployment');
    expect(check?.run).toContain('node local/client doctor --url "$URL"');
    expect(COMMANDS.map(({ name }) => name)).toContain('doctor');
  });

  test.each([
    [0, 1, true],
    [1, 2, true],
    [2, 2, false],
  ])(
    'is checked by the doctor: after %d failures it has run %d times',
    async (failures, times, isWell) => {
      const [check] = stepsOf(job('deploy.yml', 'verify')).slice(-1);
      const note = `echo x >> '${folder}/doctor'; [ "$(wc -l < '${folder}/doctor')" -gt ${failures} ]`;
      await writeFile(join(folder, 'node'), `#!/bin/sh\n${note}\n`, { mode: 0o755 });
      await writeFile(join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
      const env = { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, URL: 'https://x' };
      const ended = promisify(execFile)('bash', ['-e', '-c', check?.run ?? ''], { env });
      const ran = await ended.then(
        () => true,
        () => false,
      );
      expect([readFileSync(join(folder, 'doctor'), 'utf8').trim().split('\n').length, ran]).toEqual(
        [times, isWell],
      );
    },
  );
});
