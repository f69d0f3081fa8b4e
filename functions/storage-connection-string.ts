// Completes a storage connection string. The Functions host (.NET) accepts more than the table client of JavaScript: the client
// wants the protocol in every string with a key, and the endpoint in every string with a shared access signature.
// Source: learn.microsoft.com/azure/storage/common/storage-configure-connection-string

export type StorageConnectionString =
  /** Complete, so that the table client accepts it. */
  | { readonly kind: 'usable'; readonly text: string }
  /** For an error: `reason` is a clause, `remedy` a sentence. */
  | { readonly kind: 'unusable'; readonly reason: string; readonly remedy: string };

const COPY_AGAIN = 'Copy it again from the storage account, or set UseDevelopmentStorage=true.';

/** Never throws: what the table client could not use is `unusable`, with the reason. */
export function completeStorageConnectionString(text: string): StorageConnectionString {
  const parts = toParts(text);
  const part = (name: string) => parts.get(name.toLowerCase()) || undefined;
  if (part('UseDevelopmentStorage')?.toLowerCase() === 'true') {
    return part('DevelopmentStorageProxyUri') === undefined
      ? { kind: 'usable', text: 'UseDevelopmentStorage=true' }
      : unusable(
          'it has a DevelopmentStorageProxyUri, which the table client ignores',
          'Write the connection string of the emulator in full, with its address as TableEndpoint.',
        );
  }
  const account = part('AccountName');
  const protocol = part('DefaultEndpointsProtocol') ?? 'https';
  const suffix = part('EndpointSuffix') ?? 'core.windows.net';
  const endpoint = part('TableEndpoint') ?? (account && `${protocol}://${account}.table.${suffix}`);
  if (endpoint === undefined) return unusable('it has neither AccountName nor TableEndpoint');
  if (!URL.canParse(endpoint) || !/^https?:\/\//i.test(endpoint)) {
    return unusable('the address of its tables is not http or https');
  }
  const key = part('AccountKey');
  if (key !== undefined) {
    if (account === undefined) return unusable('it has an AccountKey and no AccountName');
    const { protocol: scheme } = new URL(endpoint);
    const front = `DefaultEndpointsProtocol=${scheme.slice(0, -1)};AccountName=${account}`;
    return { kind: 'usable', text: `${front};AccountKey=${key};TableEndpoint=${endpoint}` };
  }
  const signature = part('SharedAccessSignature');
  if (signature === undefined) {
    return unusable('it has neither AccountKey nor SharedAccessSignature');
  }
  if (!hasAccount(new URL(endpoint))) {
    return unusable('its TableEndpoint does not name the account, which a signature needs');
  }
  const query = signature.replace(/^\?/, '');
  return { kind: 'usable', text: `TableEndpoint=${endpoint};SharedAccessSignature=${query}` };
}

/** By names in lower case. */
function toParts(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(';').flatMap((item): [string, string][] => {
      const equals = item.indexOf('=');
      const name = item.slice(0, equals).trim().toLowerCase();
      return equals < 0 ? [] : [[name, item.slice(equals + 1).trim()]];
    }),
  );
}

/** `account.table.…`, or the first part of the path, as the emulator has it. */
function hasAccount({ hostname, pathname }: URL): boolean {
  return hostname.split('.')[1] === 'table' || /^\/[^/]/.test(pathname);
}

function unusable(reason: string, remedy = COPY_AGAIN): StorageConnectionString {
  return { kind: 'unusable', reason, remedy };
}
