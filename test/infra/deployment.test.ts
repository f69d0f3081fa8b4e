// The ways to deploy share names that no compiler compares: az with main.bicep or chat.bicep, azd.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
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
  const readme = read('infra/README.md');
  const [, list = ''] = /^- the providers ([\s\S]*?)\n\n/m.exec(readme) ?? [];
  const missing = used.filter(
    (name) => !registered.includes(name) && !list.includes(`\`${name}\``),
  );
  expect([...new Set(missing)]).toEqual([]);
  const [always = ''] = list.split('A private network');
  const [, registeredByCommand = ''] = /^for provider in (.*); do$/m.exec(readme) ?? [];
  expect(registeredByCommand.split(' ')).toEqual(always.match(/Microsoft\.\w+/g));
});

describe('row 12: the commands of the documents', () => {
  const documents = ['README.md', 'infra/README.md'].map((path) => {
    const [, deploy = ''] = read(path).split(/^## Deploy$/m);
    const blocks = [...deploy.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
    return [path, blocks.join('\n')] as const;
  });

  test.each(documents)('of %s are for a POSIX shell', async (_, commands) => {
    expect(commands).toContain('az login');
    await promisify(execFile)('sh', ['-n', '-c', commands]);
    expect(commands).not.toMatch(/<[\w-]+>|\\\|/);
  });

  test.each(documents)('of %s use only variables that a command above them sets', (_, commands) => {
    const set = new Set<string>();
    for (const line of commands.split('\n')) {
      const unset = [...line.matchAll(/\$\{?(\w+)/g)].filter(([, name = '']) => !set.has(name));
      expect([line, unset.map(([, name]) => name)]).toEqual([line, []]);
      const [, variable] = /^(?:for )?(\w+)(?:=| in )/.exec(line) ?? [];
      if (variable) set.add(variable);
    }
  });

  test('ask for outputs whose letters Azure does not change, and which every template has', () => {
    const asked = documents.flatMap(([, commands]) =>
      [...commands.matchAll(/(?:properties\.outputs\.|azd env get-value )(\w+)/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(new Set(asked)).toEqual(new Set(['functionAppName', 'chatUrl']));
    for (const name of [...asked, 'toDo']) {
      expect(name).toMatch(/^[a-z]+(?:[A-Z][a-z]+)*$/);
      for (const path of ['infra/main.bicep', 'infra/chat.bicep']) {
        expect(read(path)).toMatch(new RegExp(`^output ${name} string = `, 'm'));
      }
    }
  });

  test('row 14: Core Tools publish the unpacked package, and build nothing', () => {
    expect(read('infra/README.md')).toContain(
      [
        'npm ci && npm run package && node --import tsx infra/unpack.ts',
        '(cd .cache/app && func azure functionapp publish "$app" --javascript --no-build)',
      ].join('\n'),
    );
  });
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
