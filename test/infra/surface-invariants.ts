// What can be reached, read or leaked: keys, transport, settings, logs and networks.

import {
  ACCOUNT,
  CONTAINER,
  DIAGNOSTICS,
  expects,
  holds,
  INSIGHTS,
  type Invariant,
  offSwitches,
  on,
  POLICY,
  removeFirst,
  SETTINGS,
  SIGNALR,
  SITE,
  WORKSPACE,
} from './invariant.ts';
import {
  at,
  isObject,
  type Json,
  listAt,
  outputsOf,
  put,
  resourceOf,
  resourcesOf,
  settingsOf,
} from './snapshot.ts';

/** Settings that Flex Consumption refuses, or that change its behaviour. */
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
  /^(FUNCTIONS_(WORKER_RUNTIME|EXTENSION_VERSION|MAX_HTTP_CONCURRENCY)|WEBSITE_(NODE_DEFAULT_VERSION|RUN_FROM_PACKAGE|CONTENT.*|TIME_ZONE)|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|TZ)$/;

const SECRET =
  /AccountKey|AccessKey|SharedAccess|InstrumentationKey|password|secret|\blist\w*\(|[?&](code|sig)=/i;

export const SURFACE_INVARIANTS: readonly Invariant[] = [
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
  ...offSwitches('the app accepts HTTPS only, and no old TLS', SITE, {
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

/** Invariants of the shape with a private network only. */
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

/** `host` or `data`. */
function accountIn(text: Json | undefined): string | undefined {
  return /(host|data)(?:AccountId|[a-z0-9]{13})/.exec(String(text))?.[1];
}
