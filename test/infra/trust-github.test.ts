// The script that lets a repository on GitHub deploy, run with a fake az and a fake gh.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ROLE } from './invariant.ts';
import { at, readSnapshot, resourcesOf, SHAPES } from './snapshot.ts';

const GROUP = '/subscriptions/s/resourceGroups/rg-demo';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trust-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the script. Returns its output, and the calls of az and gh. */
async function run(...args: string[]) {
  return runWith({}, ...args);
}

/** In a second run everything is there that the first one makes. */
async function runWith(given: { isSecond?: boolean; prefix?: string }, ...args: string[]) {
  const { isSecond = false, prefix = '' } = given;
  const found = isSecond ? 'echo 22222222-2222-2222-2222-222222222222' : ':';
  const note = `#!/bin/sh\necho "$(basename "$0") $*" >> '${folder}/calls'\n`;
  const az = `${note}case "$*" in
  'group show -n rg-demo '*) echo '${GROUP}' ;;
  'group show'*) exit 3 ;;
  'ad app create'*) echo 11111111-1111-1111-1111-111111111111 ;;
  'ad sp list'*|'ad app federated-credential list'*) ${found} ;;
  'ad sp create'*) echo 33333333-3333-3333-3333-333333333333 ;;
  *tenantId*) echo tenant ;;
  'account show'*) echo subscription ;;
esac
`;
  const gh = `${note}case "$*" in *sub_claim_prefix*) echo '${prefix}' ;; *--jq*) ${found} ;; esac\n`;
  for (const [name, content] of Object.entries({ az, gh })) {
    await writeFile(join(folder, name), content, { mode: 0o755 });
  }
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
  const result = await promisify(execFile)('bash', ['infra/trust-github.sh', ...args], {
    env,
  }).catch((error: { stdout: string; stderr: string }) => error);
  const calls = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
  return { ...result, calls: calls.split('\n').filter((line) => line !== '') };
}

describe('S7: the identity of the workflow', () => {
  test('has its roles on the resource group, and nowhere else', async () => {
    const { calls, stderr } = await run('o/r', 'rg-demo');
    expect(stderr).toBe('');
    const given = calls.filter((call) => call.startsWith('az role assignment create'));
    expect(given.map((call) => /--role ([A-Z][\w ]+?)(?: --|$)/.exec(call)?.[1])).toEqual([
      'Contributor',
      'Role Based Access Control Administrator',
    ]);
    for (const call of given) expect(call).toContain(` --scope ${GROUP} `);
    expect(calls.join()).not.toMatch(/--scope \/subscriptions\/[^/ ]+ /);
  });

  test.each(SHAPES)(
    'may assign just the roles of the shape %s, and only to programs',
    async (shape) => {
      const { calls } = await run('o/r', 'rg-demo');
      const condition = calls.find((call) => call.includes('--condition ')) ?? '';
      const assigned = resourcesOf(readSnapshot(shape), ROLE).map(({ json }) => {
        expect(at(json, 'properties.principalType')).toBe('ServicePrincipal');
        return String(at(json, 'properties.roleDefinitionId')).split('/').at(-1);
      });
      const lists = [...condition.matchAll(/GuidEquals \{([^}]*)\}/g)].map(([, list = '']) =>
        list.split(', '),
      );
      expect(lists).toHaveLength(2);
      for (const list of lists) expect(new Set(list)).toEqual(new Set(assigned));
      for (const [action, of] of [
        ['write', 'Request'],
        ['delete', 'Resource'],
      ] as const) {
        expect(condition).toContain(
          `(!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (@${of}[`,
        );
        expect(condition).toContain(
          `@${of}[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}`,
        );
      }
    },
  );

  test('is given to the branch main only, before Entra trusts the repository', async () => {
    const { calls } = await run('o/r', 'rg-demo');
    const branch = calls.findIndex((call) =>
      /^gh api -X POST .*deployment-branch-policies .*name=main$/.test(call),
    );
    const trust = calls.findIndex((call) => call.includes('federated-credential create'));
    expect(branch).toBeGreaterThan(-1);
    expect(trust).toBeGreaterThan(branch);
    expect(calls.join('\n')).toContain('custom_branch_policies]=true');
    expect(calls).toContain('gh variable set AZURE_ENV_NAME --repo o/r --body demo');
  });

  test('row 12: gets its roles by its object id, which a directory without it yet takes, too', async () => {
    const { calls } = await run('o/r', 'rg-demo');
    const given = calls.filter((call) => call.startsWith('az role assignment create'));
    expect(given).toHaveLength(2);
    for (const call of given) {
      expect(call).toContain(
        ' --assignee-object-id 33333333-3333-3333-3333-333333333333 --assignee-principal-type ServicePrincipal ',
      );
      expect(call).not.toContain('--assignee ');
    }
  });

  test.each([
    ['names, as of an old one', '', 'repo:o/r:environment:production'],
    ['names and ids, as of a new one', 'repo:o@1/r@2', 'repo:o@1/r@2:environment:production'],
  ])('is trusted under the subject that the repository sends: %s', async (_, prefix, subject) => {
    for (const isSecond of [false, true]) {
      const { calls } = await runWith({ prefix, isSecond }, 'o/r', 'rg-demo');
      const verb = isSecond ? 'update' : 'create';
      expect(calls.join('\n')).toMatch(
        new RegExp(`credential ${verb} .*--parameters \\{\n.*\n.*"subject": "${subject}",`),
      );
    }
  });

  test('is made once: a second run goes on where the first one failed', async () => {
    const { calls, stderr } = await runWith({ isSecond: true }, 'o/r', 'rg-demo');
    expect(stderr).toBe('');
    expect(calls.join('\n')).not.toMatch(/ad sp create|credential create|-X POST/);
    expect(calls.filter((call) => call.startsWith('az role assignment create'))).toHaveLength(2);
    expect(calls).toContain('gh variable set AZURE_ENV_NAME --repo o/r --body demo');
  });

  test.each([
    ['no repository', [], /no repository is named/],
    ['a group of another name', ['o/r', 'demo'], /has to be rg-/],
    ['a group that is not there', ['o/r', 'rg-other'], /Create it: az group create/],
  ])('is not made with %s', async (_, args, reason) => {
    const { stderr, calls } = await run(...args);
    expect(stderr).toMatch(/^unable to trust the repository; /);
    expect(stderr).toMatch(reason);
    expect(calls.filter((call) => !call.startsWith('az group show'))).toEqual([]);
  });
});
