// The ways to deploy: az with main.bicep or chat.bicep, azd, GitHub. They share names that no compiler compares.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { at, isObject, readSnapshot, resourceOf } from './snapshot.ts';

const read = (path: string) => readFileSync(path, 'utf8');

/** Parameters of a template: name → type and default, as written. */
function parametersOf(path: string): Map<string, string> {
  const found = read(path).matchAll(/^param (\w+) (.+)$/gm);
  return new Map([...found].map(([, name = '', rest = '']) => [name, rest]));
}

test('chat.bicep offers what main.bicep offers, with the same types and defaults', () => {
  const [main, chat] = [parametersOf('infra/main.bicep'), parametersOf('infra/chat.bicep')];
  // In a resource group the region is that of the group.
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

describe('azd', () => {
  test('passes parameters that there are', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json'));
    const known = parametersOf('infra/main.bicep');
    expect(Object.keys(parameters).filter((name) => !known.has(name))).toEqual([]);
  });

  test('finds the app by the tag that it looks for', () => {
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
      'id-token: write',
    ]);
  });

  test('knows no secret', () => {
    expect(workflow).not.toMatch(/secrets\b/);
  });

  test('runs scripts that there are', () => {
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

  test('asks for outputs that there are', () => {
    const outputs = at(readSnapshot('free').json, 'outputs');
    const asked = [...workflow.matchAll(/output ([A-Z_]+)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !isObject(outputs) || !(String(name) in outputs))).toEqual([]);
  });
});

test('the dev container forwards the ports of the page and of the emulator', () => {
  const container = JSON.parse(read('.devcontainer/devcontainer.json'));
  expect(container.forwardPorts).toEqual([7071, 8888]);
  expect(container.postCreateCommand).toMatch(/npm ci$/);
});
