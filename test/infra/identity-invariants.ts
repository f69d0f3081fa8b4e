// Who may call whom: SignalR Service calls the app, the app calls its resources, and nobody else calls anything.

import {
  ACCOUNT,
  expects,
  first,
  holds,
  INSIGHTS,
  type Invariant,
  on,
  ROLE,
  SETTINGS,
  SIGNALR,
  SITE,
  TABLE,
} from './invariant.ts';
import {
  at,
  type Json,
  listAt,
  put,
  type Resource,
  resourceOf,
  resourcesOf,
  settingsOf,
} from './snapshot.ts';

/** The only roles, by the resource that they may be given on. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  [SIGNALR]: ['7e4f1700-ea5a-4f59-8f37-079cfe29dce3'],
  [ACCOUNT]: ['b7e6dc6d-f1e8-4753-8033-0f276bb0955b', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
  [TABLE]: ['0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
  [INSIGHTS]: ['3913510d-42f4-4e42-8a64-420c390055eb'],
};

export const IDENTITY_INVARIANTS: readonly Invariant[] = [
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
];

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
