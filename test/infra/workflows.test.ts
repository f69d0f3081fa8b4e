// The workflows on GitHub: what they may do, what they run, and when they deploy. deployment-from-github.test.ts runs the
// steps that deploy.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { job, jobs, scriptsOf, sources, stepsOf, workflow, workflows } from './workflow.ts';

const read = (path: string) => readFileSync(path, 'utf8');

describe('row 13: every workflow', () => {
  test('pins every action by its commit, with the version beside it', () => {
    const used = [...sources.values()].flatMap((text) => [...text.matchAll(/uses: (.+)$/gm)]);
    expect(used.length).toBeGreaterThan(15);
    for (const [, action = ''] of used) {
      if (action.startsWith('./')) continue;
      expect(action).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('uses one version of an action everywhere', () => {
    const versions = new Map<string, Set<string>>();
    for (const text of sources.values()) {
      for (const [, repository = '', rest = ''] of text.matchAll(
        /uses: ([\w-]+\/[\w-]+)[\w/-]*@(.+)$/gm,
      )) {
        versions.set(repository, (versions.get(repository) ?? new Set()).add(rest));
      }
    }
    expect([...versions].filter(([, set]) => set.size > 1)).toEqual([]);
  });

  test('gives no job a right that is not in this list', () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({});
    const read = { contents: 'read' };
    const deploy = { contents: 'read', 'id-token': 'write' };
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      'audit.yml/audit': read,
      'ci.yml/check': read,
      'ci.yml/test': read,
      'ci.yml/package': read,
      'ci.yml/deploy': deploy,
      'codeql.yml/analyze': { contents: 'read', 'security-events': 'write' },
      'deploy.yml/deploy': deploy,
      'deploy.yml/verify': read,
      'release.yml/package': read,
      'release.yml/release': { contents: 'write' },
    });
  });

  test('ends every job after a time', () => {
    for (const [name, { uses, 'timeout-minutes': minutes = Number.POSITIVE_INFINITY }] of jobs) {
      // A job that calls a workflow has the limits of the jobs there.
      if (uses) expect(uses).toMatch(/^\.\/\.github\/workflows\//);
      else expect([name, minutes <= 90]).toEqual([name, true]);
    }
  });

  test('knows no secret', () => {
    for (const text of sources.values()) expect(text).not.toMatch(/secrets\b/);
  });

  test('keeps the token of GitHub out of the checkout', () => {
    const checkouts = jobs.flatMap(([, job]) =>
      stepsOf(job).filter(({ uses }) => uses?.startsWith('actions/checkout@')),
    );
    expect(checkouts.length).toBeGreaterThan(5);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });

  test('runs existing scripts', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const run = jobs
      .flatMap(([, job]) => scriptsOf(job))
      .flatMap((script) => [...script.matchAll(/npm (?:run ([\w:]+)|(test))/g)])
      .map(([, name, test]) => name ?? test ?? '');
    expect(new Set(run)).toEqual(new Set(['check', 'check:infra', 'package', 'test', 'test:unit']));
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('takes names from outside as data, never as part of a script', () => {
    for (const [, job] of jobs)
      for (const script of scriptsOf(job)) expect(script).not.toContain('${{');
  });
});

describe('row 13: a newer push', () => {
  const ref = `\${{ github.ref }}`;

  test('cancels the jobs of an older one, each node of the matrix for itself', () => {
    for (const [name, job] of jobs) {
      const [file = ''] = name.split('/');
      if (!('push' in workflow(file).on) || file === 'release.yml' || job.uses) continue;
      expect([name, job.concurrency?.['cancel-in-progress']]).toEqual([name, true]);
      expect(job.concurrency?.group).toContain(ref);
      // Jobs of a matrix in one group would cancel one another.
      for (const key of Object.keys(job.strategy?.matrix ?? {})) {
        expect(job.concurrency?.group).toContain(`\${{ matrix.${key} }}`);
      }
    }
    const groups = jobs.flatMap(([, { concurrency }]) => concurrency?.group ?? []);
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('never cancels a deployment, which waits for the one before it', () => {
    expect(job('ci.yml', 'deploy').concurrency).toEqual({
      group: 'deploy',
      'cancel-in-progress': false,
    });
    // The group of a whole workflow would hold its deployment, too.
    for (const file of ['ci.yml', 'deploy.yml', 'release.yml']) {
      expect(workflow(file).concurrency).toBeUndefined();
    }
  });

  test('row 8: of documents alone deploys nothing, and pull requests test documents', () => {
    const { on } = workflow('ci.yml');
    expect(on.push).toEqual({
      branches: ['main'],
      'paths-ignore': ['**.md', 'docs/**', 'findings/**', 'LICENSE'],
    });
    expect(on.pull_request).toBeNull();
  });
});

describe('S7: the job with the deployment’s identity', () => {
  const deploy = job('deploy.yml', 'deploy');

  test('is one, for main only, and only ci.yml calls it', () => {
    const trusted = jobs.filter(
      ([, job]) => job.environment || stepsOf(job).some(({ uses }) => uses?.startsWith('azure/')),
    );
    expect(trusted.map(([name]) => name)).toEqual(['deploy.yml/deploy']);
    expect(Object.keys(workflow('deploy.yml').on)).toEqual(['workflow_call']);
    expect(job('ci.yml', 'deploy').if).toMatch(
      /^github\.ref == 'refs\/heads\/main' && github\.event_name != 'pull_request' && /,
    );
    const callers = jobs.filter(([, { uses }]) => uses).map(([name]) => name);
    expect(callers).toEqual(['ci.yml/deploy']);
  });

  test('installs and builds nothing, so no script of a package runs beside the identity', () => {
    for (const script of scriptsOf(deploy)) {
      expect(script).not.toMatch(/\b(npm|npx|node|yarn|pnpm|tsx)\b/);
    }
    const actions = stepsOf(deploy).flatMap(({ uses }) => uses?.split('@')[0] ?? []);
    expect(actions).toEqual(['actions/checkout', 'actions/download-artifact', 'azure/login']);
  });

  test('takes the package of the job that built it, by its id, after all checks', () => {
    const caller = job('ci.yml', 'deploy');
    expect(caller.needs).toEqual(['check', 'test', 'package']);
    expect(caller.with?.artifact).toBe(`\${{ needs.package.outputs.artifact }}`);
    expect(job('ci.yml', 'package').outputs?.artifact).toBe(
      `\${{ steps.upload.outputs.artifact-id }}`,
    );
    const download = stepsOf(deploy).find(({ uses }) => uses?.includes('download-artifact'));
    expect(download?.with).toEqual({ 'artifact-ids': `\${{ inputs.artifact }}` });
    const built = jobs.filter(
      ([file, job]) => file.startsWith('ci.yml') && scriptsOf(job).includes('npm run package'),
    );
    expect(built.map(([name]) => name)).toEqual(['ci.yml/package']);
  });

  test('deploys into one resource group, never into the subscription', () => {
    const scripts = scriptsOf(deploy).join('\n');
    expect(scripts).toContain('az deployment group "$@"');
    expect(scripts).not.toMatch(/az deployment sub|az group create|az role/);
  });

  test('asks for existing outputs, and passes existing parameters', () => {
    const template = read('infra/chat.bicep');
    const scripts = scriptsOf(deploy).join('\n');
    const asked = [...scripts.matchAll(/(?:\(output |properties\.outputs\.)(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(new Set(asked)).toEqual(new Set(['functionAppName', 'chatUrl', 'toDo']));
    expect(asked.filter((name) => !template.includes(`output ${name} string`))).toEqual([]);
    const [, passed = ''] = /-p (.*) \$PARAMETERS$/m.exec(scripts) ?? [];
    const names = [...passed.matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(names).toEqual(['environmentName', 'signalRLiveUnits']);
    for (const name of names) expect(template).toMatch(new RegExp(`^param ${name} `, 'm'));
  });
});

describe('row 13: a release', () => {
  const { package: build, release } = workflow('release.yml').jobs;

  test('is made by a tag, and the job that may write runs no code of packages', () => {
    expect(workflow('release.yml').on).toEqual({ push: { tags: ['v*.*.*'] } });
    const scripts = release ? scriptsOf(release) : [];
    expect(scripts).toHaveLength(1);
    for (const script of scripts) expect(script).not.toMatch(/\b(npm|npx|node)\b/);
  });

  test('has the package and its source map', () => {
    const upload = build?.steps?.find(({ uses }) => uses?.includes('upload-artifact'));
    expect(String(upload?.with?.path).trim().split('\n')).toEqual([
      'released-package.zip',
      'released-app.cjs.map',
      'release-notes.md',
    ]);
    expect(release && scriptsOf(release).join()).toMatch(
      /gh release create "\$GITHUB_REF_NAME" released-package\.zip released-app\.cjs\.map /,
    );
    const source = read('local/build/package.ts');
    for (const name of ['released-package.zip', 'released-app.cjs.map'])
      expect(source).toContain(`'${name}'`);
  });

  describe('finds its notes', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'release-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    async function notes(tag: string): Promise<string> {
      const step = build?.steps?.find(({ name }) => name === 'Find the version and its notes');
      await writeFile(join(folder, 'package.json'), '{\n  "version": "1.2.0",\n}\n');
      await writeFile(
        join(folder, 'CHANGELOG.md'),
        '# Changelog\n\n## Unreleased\n\n## 1.2.0\n\n- new\n\n## 1.1.0\n\n- old\n',
      );
      const { PATH = '' } = process.env;
      await promisify(execFile)('bash', ['-e', '-c', step?.run ?? 'exit 9'], {
        cwd: folder,
        env: { PATH, GITHUB_REF_NAME: tag },
      });
      return readFile(join(folder, 'release-notes.md'), 'utf8');
    }

    test('below the heading of its version', async () => {
      expect((await notes('v1.2.0')).trim()).toBe('- new');
    });

    test('or fails with a sentence, as with a tag of another version', async () => {
      await expect(notes('v1.1.0')).rejects.toMatchObject({
        stdout: expect.stringContaining('package.json has another version than the tag'),
      });
    });
  });

  test('follows the steps of CONTRIBUTING.md', () => {
    const [, steps = ''] = read('CONTRIBUTING.md').split('## Release');
    expect(steps).toContain('`release.yml`');
    expect(steps).toContain('`released-app.cjs.map`');
    expect(steps).not.toContain('gh release create');
  });
});

describe('row 13: dependencies', () => {
  test('are audited every day, beside the changes', () => {
    const { on } = workflow('audit.yml');
    expect(on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) }]);
    expect(scriptsOf(job('audit.yml', 'audit'))).toContain('npm audit --omit=dev');
    const others = jobs.filter(([name]) => name !== 'audit.yml/audit');
    expect(others.flatMap(([, job]) => scriptsOf(job)).join('\n')).not.toContain('npm audit');
  });

  test('are renewed by few pull requests, for the packages and for the actions', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as {
      updates: readonly Record<string, unknown>[];
    };
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
    for (const update of updates) {
      expect(Number(update['open-pull-requests-limit'])).toBeLessThan(5);
      expect(Object.keys(update.groups ?? {}).length).toBeGreaterThan(0);
    }
  });

  test('and the code are searched for vulnerabilities on each change, and every week', () => {
    const { on } = workflow('codeql.yml');
    expect(Object.keys(on)).toEqual(['push', 'pull_request', 'schedule', 'workflow_dispatch']);
    expect(job('codeql.yml', 'analyze').strategy?.matrix.language).toEqual([
      'javascript-typescript',
      'actions',
    ]);
  });
});
