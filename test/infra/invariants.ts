// What must hold of every deployment, and for each of them the mistakes that would break it.

import {
  at,
  isObject,
  type Json,
  listAt,
  outputsOf,
  put,
  type Resource,
  resourceOf,
  resourcesOf,
  type Snapshot,
  settingsOf,
} from './snapshot.ts';

export interface Invariant {
  readonly title: string;
  /** What breaks it, in words; empty where it holds. */
  readonly violations: (snapshot: Snapshot) => string[];
  readonly mistakes: Readonly<Record<string, (snapshot: Snapshot) => void>>;
}

const SIGNALR = 'Microsoft.SignalRService/signalR';
const SITE = 'Microsoft.Web/sites';
const SETTINGS = 'Microsoft.Web/sites/config';
const POLICY = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const TABLE = 'Microsoft.Storage/storageAccounts/tableServices/tables';
const INSIGHTS = 'Microsoft.Insights/components';
const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';
const ROLE = 'Microsoft.Authorization/roleAssignments';
const DIAGNOSTICS = 'Microsoft.Insights/diagnosticSettings';

/** Role by the resource that it may be given on; there is no other. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  [SIGNALR]: ['7e4f1700-ea5a-4f59-8f37-079cfe29dce3'],
  [ACCOUNT]: ['b7e6dc6d-f1e8-4753-8033-0f276bb0955b', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
  [TABLE]: ['0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
  [INSIGHTS]: ['3913510d-42f4-4e42-8a64-420c390055eb'],
};

/** Flex Consumption refuses them, or they change what it does. */
const REFUSED_SITE_CONFIG = [
  'ftpsState',
  'linuxFxVersion',
  'use32BitWorkerProcess',
  'preWarmedInstanceCount',
  'netFrameworkVersion',
  'functionsRuntimeScaleMonitoringEnabled',
  'alwaysOn',
  'appSettings',
];
const REFUSED_SETTINGS =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_MAX_HTTP_CONCURRENCY|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|TZ|WEBSITE_TIME_ZONE)$/;

const SECRET =
  /AccountKey|AccessKey|SharedAccess|InstrumentationKey|password|secret|\blist\w*\(|[?&](code|sig)=/i;

export const INVARIANTS: readonly Invariant[] = [
  {
    title:
      'SignalR Service calls the webhook of the app with its own identity, and with no key in the URL',
    violations: (snapshot) => {
      const { json } = resourceOf(snapshot, SIGNALR);
      const site = resourceOf(snapshot, SITE);
      const templates = listAt(json, 'properties.upstream.templates');
      if (templates.length === 0) return ['there is no upstream'];
      return templates.flatMap((template) => [
        ...expects(template, 'auth.type', 'ManagedIdentity'),
        ...expects(
          template,
          'auth.managedIdentity.resource',
          settingsOf(snapshot).CHAT_UPSTREAM_AUDIENCE,
        ),
        ...holds(
          isWebhookOf(site, at(template, 'urlTemplate')),
          `the upstream is ${at(template, 'urlTemplate')}`,
        ),
      ]);
    },
    mistakes: {
      'no upstream': on(SIGNALR, 'properties.upstream.templates', []),
      'no authentication': on(SIGNALR, 'properties.upstream.templates.0.auth', { type: 'None' }),
      'another audience': on(
        SIGNALR,
        'properties.upstream.templates.0.auth.managedIdentity.resource',
        'https://management.azure.com/',
      ),
      'a key in the URL': (snapshot) => {
        const { json } = resourceOf(snapshot, SIGNALR);
        const path = 'properties.upstream.templates.0.urlTemplate';
        put(json, path, String(at(json, path)).replace('/signalr', '/signalr?code=abc'));
      },
      'another host': on(
        SIGNALR,
        'properties.upstream.templates.0.urlTemplate',
        'https://example.org/runtime/webhooks/signalr',
      ),
      'plain http': (snapshot) => {
        const { json } = resourceOf(snapshot, SIGNALR);
        const path = 'properties.upstream.templates.0.urlTemplate';
        put(json, path, String(at(json, path)).replace('https:', 'http:'));
      },
    },
  },
  {
    title: 'the app believes the identity of SignalR Service, and no other',
    violations: (snapshot) => {
      const settings = settingsOf(snapshot);
      const mine = identitiesOf(resourceOf(snapshot, SIGNALR));
      const [identity = 'none'] = mine;
      return [
        ...holds(mine.length === 1, `SignalR Service has ${mine.length} identities`),
        ...holds(
          settings.CHAT_UPSTREAM_OBJECT_ID === principalOf(identity),
          `the app believes ${settings.CHAT_UPSTREAM_OBJECT_ID}`,
        ),
        ...holds(/^[0-9a-f-]{36}$/.test(settings.CHAT_UPSTREAM_TENANT ?? ''), 'no tenant is named'),
        ...holds(
          !identitiesOf(resourceOf(snapshot, SITE)).includes(identity),
          'the app has the same identity',
        ),
      ];
    },
    mistakes: {
      'the identity of the app': (snapshot) => {
        const settings = settingsOf(snapshot);
        const clientId = settings.AzureSignalRConnectionString__clientId ?? '';
        on(
          SETTINGS,
          'properties.CHAT_UPSTREAM_OBJECT_ID',
          clientId.replace('.clientId', '.principalId'),
        )(snapshot);
      },
      'no object id': on(SETTINGS, 'properties.CHAT_UPSTREAM_OBJECT_ID', undefined),
      'no tenant': on(SETTINGS, 'properties.CHAT_UPSTREAM_TENANT', ''),
      'the same identity for both': (snapshot) => {
        const identities = at(resourceOf(snapshot, SIGNALR).json, 'identity') ?? null;
        on(SITE, 'identity', structuredClone(identities))(snapshot);
      },
    },
  },
  {
    title: 'the identity of SignalR Service may do nothing',
    violations: (snapshot) => {
      const mine = identitiesOf(resourceOf(snapshot, SIGNALR)).map(principalOf);
      return resourcesOf(snapshot, ROLE)
        .filter(({ json }) => mine.includes(String(at(json, 'properties.principalId'))))
        .map(({ id }) => `it has ${id}`);
    },
    mistakes: {
      'a role': (snapshot) => {
        const [identity = ''] = identitiesOf(resourceOf(snapshot, SIGNALR));
        on(ROLE, 'properties.principalId', principalOf(identity))(snapshot);
      },
    },
  },
  {
    title: 'roles are given to the app alone, on single resources, and each is in the list',
    violations: (snapshot) => {
      const mine = identitiesOf(resourceOf(snapshot, SITE)).map(principalOf);
      return resourcesOf(snapshot, ROLE).flatMap(({ id, json }) => {
        const role = String(at(json, 'properties.roleDefinitionId')).split('/').at(-1) ?? '';
        const type = typeOf(id.split('/providers/Microsoft.Authorization/')[0] ?? '');
        return [
          ...holds(ROLES[type]?.includes(role) === true, `${role} is given on ${type}`),
          ...holds(
            mine.includes(String(at(json, 'properties.principalId'))),
            `${id} is somebody else's`,
          ),
          ...expects(json, 'properties.principalType', 'ServicePrincipal'),
        ];
      });
    },
    mistakes: {
      'a role on the resource group': (snapshot) => {
        const { json, id } = first(snapshot, ROLE);
        put(json, 'id', id.replace(/\/providers\/.*(\/providers\/Microsoft.Authorization)/, '$1'));
      },
      Contributor: (snapshot) => {
        const { json } = first(snapshot, ROLE);
        const role = String(at(json, 'properties.roleDefinitionId'));
        const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
        put(json, 'properties.roleDefinitionId', role.replace(/[^/]*$/, contributor));
      },
      'the rights on blobs for the account of the chat': (snapshot) => {
        const role = resourcesOf(snapshot, ROLE).find(({ id }) => id.includes('/tables/'));
        if (role) put(role.json, 'properties.roleDefinitionId', `/${ROLES[ACCOUNT]?.[0]}`);
      },
      'a role for a person': on(ROLE, 'properties.principalType', 'User'),
    },
  },
  ...offSwitches('SignalR Service takes no access key', SIGNALR, {
    'properties.disableLocalAuth': true,
    'properties.disableAadAuth': false,
  }),
  ...offSwitches('storage takes no shared key, nobody anonymous, and no old TLS', ACCOUNT, {
    'properties.allowSharedKeyAccess': false,
    'properties.allowBlobPublicAccess': false,
    'properties.allowCrossTenantReplication': false,
    'properties.supportsHttpsTrafficOnly': true,
    'properties.minimumTlsVersion': 'TLS1_2',
  }),
  ...offSwitches('no container can be listed or read by the public', CONTAINER, {
    'properties.publicAccess': 'None',
  }),
  ...offSwitches('telemetry is taken with an Entra token only', INSIGHTS, {
    'properties.DisableLocalAuth': true,
  }),
  ...offSwitches('logs are taken with an Entra token only', WORKSPACE, {
    'properties.features.disableLocalAuth': true,
  }),
  ...offSwitches('the app speaks HTTPS only, and no old TLS', SITE, {
    'properties.httpsOnly': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
  }),
  ...offSwitches('code is deployed with an identity', SITE, {
    'properties.functionAppConfig.deployment.storage.authentication.type': 'UserAssignedIdentity',
  }),
  {
    title: 'nobody publishes code with a password',
    violations: (snapshot) =>
      ['ftp', 'scm'].flatMap((name) => {
        const policy = resourcesOf(snapshot, POLICY).find((found) =>
          found.name.endsWith(`/${name}`),
        );
        return policy ? expects(policy.json, 'properties.allow', false) : [`no policy for ${name}`];
      }),
    mistakes: {
      'passwords allowed': on(POLICY, 'properties.allow', true),
      'a policy that is missing': (snapshot) => removeFirst(snapshot, POLICY),
    },
  },
  {
    title: 'no setting and no output holds a secret, and nothing asks Azure for one',
    violations: (snapshot) => [
      ...Object.entries(settingsOf(snapshot)).flatMap(([name, value]) =>
        holds(!SECRET.test(value), `the setting ${name} is ${value}`),
      ),
      ...holds(!SECRET.test(JSON.stringify(outputsOf(snapshot))), 'an output holds a secret'),
      ...holds(
        !/\blist(Keys|Secrets|\w*Sas)\(/i.test(JSON.stringify(snapshot.json)),
        'it lists keys',
      ),
    ],
    mistakes: {
      'an access key': on(
        SETTINGS,
        'properties.AzureSignalRConnectionString',
        'Endpoint=https://x;AccessKey=y;Version=1.0;',
      ),
      'an account key': on(
        SETTINGS,
        'properties.AzureWebJobsStorage',
        'AccountName=a;AccountKey=b',
      ),
      'a shared access signature': on(SETTINGS, 'properties.X', 'https://a/b?sv=1&sig=c'),
      'a key that Azure is asked for': on(SETTINGS, 'properties.X', "[listKeys('a', 'b').key1]"),
      'a key in an output': (snapshot) =>
        put(snapshot.json, 'outputs.KEY', "[listKeys('a', 'b').key1]"),
      'a key elsewhere': on(SIGNALR, 'properties.x', "[listKeys('a', 'b').key1]"),
    },
  },
  {
    title: 'nothing is sent that Flex Consumption refuses',
    violations: (snapshot) => {
      const config = at(resourceOf(snapshot, SITE).json, 'properties.siteConfig') ?? {};
      return [
        ...REFUSED_SITE_CONFIG.flatMap((name) =>
          holds(at(config, name) === undefined, `siteConfig.${name} is set`),
        ),
        ...Object.keys(settingsOf(snapshot)).flatMap((name) =>
          holds(!REFUSED_SETTINGS.test(name), `the setting ${name} is set`),
        ),
      ];
    },
    mistakes: {
      'FTPS, spelled as for other plans': on(SITE, 'properties.siteConfig.ftpsState', 'Disabled'),
      'a runtime, named as for other plans': on(
        SETTINGS,
        'properties.FUNCTIONS_WORKER_RUNTIME',
        'node',
      ),
      'a package, named as for other plans': on(
        SETTINGS,
        'properties.WEBSITE_RUN_FROM_PACKAGE',
        '1',
      ),
    },
  },
  {
    title: 'SignalR Service logs who connects, and not what is said',
    violations: (snapshot) => {
      const { id, json } = resourceOf(snapshot, SIGNALR);
      const logs = resourcesOf(snapshot, DIAGNOSTICS).find((found) => found.id.startsWith(id));
      const categories = listAt(json, 'properties.resourceLogConfiguration.categories').filter(
        isObject,
      );
      const isOn = (name: string) =>
        categories.some((category) => category.name === name && category.enabled === 'true');
      return [
        ...(logs
          ? expects(logs.json, 'properties.logs.0.enabled', true)
          : ['it has no diagnostics']),
        ...holds(isOn('ConnectivityLogs'), 'connections are not logged'),
        ...holds(isOn('HttpRequestLogs'), 'requests are not logged'),
        ...holds(!isOn('MessagingLogs'), 'messages are logged'),
      ];
    },
    mistakes: {
      'no diagnostics': (snapshot) => removeFirst(snapshot, DIAGNOSTICS),
      'diagnostics that are off': on(DIAGNOSTICS, 'properties.logs.0.enabled', false),
      'no log of connections': on(
        SIGNALR,
        'properties.resourceLogConfiguration.categories.0.enabled',
        'false',
      ),
      'a log of messages': on(
        SIGNALR,
        'properties.resourceLogConfiguration.categories.2.enabled',
        'true',
      ),
    },
  },
  {
    title: 'SignalR Service is serverless, and lets in just what that needs',
    violations: (snapshot) => {
      const { json } = resourceOf(snapshot, SIGNALR);
      const allowed = listAt(json, 'properties.networkACLs.publicNetwork.allow').join();
      const isFree = at(json, 'sku.name') === 'Free_F1';
      return [
        ...expects(json, 'properties.features.0.flag', 'ServiceMode'),
        ...expects(json, 'properties.features.0.value', 'Serverless'),
        ...(isFree ? [] : expects(json, 'properties.networkACLs.defaultAction', 'Deny')),
        ...holds(isFree || allowed === 'ClientConnection,RESTAPI', `it lets in ${allowed}`),
      ];
    },
    mistakes: {
      'default mode': on(SIGNALR, 'properties.features.0.value', 'Default'),
      'server connections': on(SIGNALR, 'properties.networkACLs.publicNetwork.allow', [
        'ClientConnection',
        'RESTAPI',
        'ServerConnection',
      ]),
      everything: on(SIGNALR, 'properties.networkACLs', undefined),
    },
  },
  {
    title: 'pages of other sites do not connect',
    violations: (snapshot) => {
      const origins = JSON.stringify(
        at(resourceOf(snapshot, SIGNALR).json, 'properties.cors.allowedOrigins') ?? '*',
      );
      return [
        ...holds(!origins.includes('*'), `SignalR Service allows ${origins}`),
        ...holds(origins.includes('defaultHostName'), 'the page of the app itself may not connect'),
        ...holds(!origins.includes('http:'), 'it allows a page over http'),
      ];
    },
    mistakes: {
      'any site': on(SIGNALR, 'properties.cors.allowedOrigins', ['*']),
      'no list': on(SIGNALR, 'properties.cors', undefined),
      'not even ours': on(SIGNALR, 'properties.cors.allowedOrigins', ['https://example.org']),
    },
  },
];

/** Of the shape with a private network alone. */
export const PRIVATE_INVARIANTS: readonly Invariant[] = [
  ...offSwitches('storage cannot be reached from the internet', ACCOUNT, {
    'properties.publicNetworkAccess': 'Disabled',
    'properties.networkAcls.defaultAction': 'Deny',
  }),
  {
    title: 'the app reaches all that it stores through private endpoints',
    violations: (snapshot) => {
      const linked = resourcesOf(snapshot, 'Microsoft.Network/privateEndpoints').map(({ json }) => {
        const link = at(json, 'properties.privateLinkServiceConnections.0.properties') ?? null;
        return `${accountIn(at(link, 'privateLinkServiceId'))} ${at(link, 'groupIds.0')}`;
      });
      const subnet = String(
        at(resourceOf(snapshot, SITE).json, 'properties.virtualNetworkSubnetId'),
      );
      return [
        ...['host blob', 'host table', 'data table'].flatMap((wanted) =>
          holds(linked.includes(wanted), `there is no endpoint for ${wanted}`),
        ),
        ...holds(subnet.includes('appSubnetId'), 'the app is not in the network'),
      ];
    },
    mistakes: {
      'an endpoint that is missing': (snapshot) =>
        removeFirst(snapshot, 'Microsoft.Network/privateEndpoints'),
      'an app outside': on(SITE, 'properties.virtualNetworkSubnetId', undefined),
    },
  },
];

/** An invariant that is a list of properties; each of them, changed or left out, breaks it. */
function offSwitches(
  title: string,
  type: string,
  wanted: Readonly<Record<string, Json>>,
): Invariant[] {
  const mistakes = Object.entries(wanted).flatMap(([path, value]) => {
    const name = path.split('.').at(-1);
    const wrong = typeof value === 'boolean' ? !value : 'something else';
    return [
      [`another ${name}`, on(type, path, wrong)],
      [`no ${name}`, on(type, path, undefined)],
    ] as const;
  });
  const violations = (snapshot: Snapshot) => {
    const resources = resourcesOf(snapshot, type);
    if (resources.length === 0) return [`there is no ${type}`];
    return resources.flatMap(({ json }) =>
      Object.entries(wanted).flatMap(([path, value]) => expects(json, path, value)),
    );
  };
  return [{ title, violations, mistakes: Object.fromEntries(mistakes) }];
}

/** A mistake: the last resource of that type has another value there. */
function on(type: string, path: string, value: Json | undefined): (snapshot: Snapshot) => void {
  return (snapshot) => {
    const resource = resourcesOf(snapshot, type).at(-1);
    if (!resource) throw new Error(`there is no ${type}`);
    put(resource.json, path, value);
  };
}

function first(snapshot: Snapshot, type: string): Resource {
  const [resource] = resourcesOf(snapshot, type);
  if (!resource) throw new Error(`there is no ${type}`);
  return resource;
}

function removeFirst(snapshot: Snapshot, type: string): void {
  const { id } = first(snapshot, type);
  const resources = listAt(snapshot.json, 'predictedResources');
  const index = resources.findIndex((resource) => at(resource, 'id') === id);
  resources.splice(index, 1);
}

function expects(json: Json, path: string, wanted: Json | undefined): string[] {
  const found = at(json, path);
  return holds(found === wanted, `${path} is ${JSON.stringify(found)}`);
}

function holds(isTrue: boolean, otherwise: string): string[] {
  return isTrue ? [] : [otherwise];
}

/** Whether a URL is made of the site's own host name, which only Azure knows. */
function isWebhookOf({ id }: Resource, url: Json | undefined): boolean {
  const [, path, host] = /^\[format\('(.*?)', (.*)\)\]$/.exec(String(url)) ?? [];
  return (
    path === 'https://{0}/runtime/webhooks/signalr' &&
    host?.startsWith(`reference('${id}'`) === true &&
    host.endsWith(').defaultHostName')
  );
}

function identitiesOf({ json }: Resource): string[] {
  return Object.keys(at(json, 'identity.userAssignedIdentities') ?? {});
}

/** The object id of an identity, as a snapshot writes it. */
function principalOf(identity: string): string {
  return `[reference('${identity}', '2024-11-30').principalId]`;
}

/** `…/providers/Microsoft.Web/sites/a/config/b` is a `Microsoft.Web/sites/config`. */
function typeOf(id: string): string {
  const [, namespace, ...rest] = /\/providers\/([^/]+)\/(.*)$/.exec(id) ?? [];
  const types = (rest[0] ?? '').split('/').filter((_, i) => i % 2 === 0);
  return [namespace, ...types].join('/');
}

/** `host` or `data`. */
function accountIn(text: Json | undefined): string | undefined {
  return /(host|data)(?:AccountId|[a-z0-9]{13})/.exec(String(text))?.[1];
}
