// Tokens of this app's own Entra identity, where no key is configured. The library is heavy and needed on Azure
// only, so it is loaded when first needed.

import type { Identity } from './settings.ts';

/** As @azure/core-auth has it; what the SDKs take. */
export interface Credential {
  getToken(
    scope: string | string[],
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

export async function openCredential({ clientId, isManaged }: Identity): Promise<Credential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (!isManaged) return new DefaultAzureCredential();
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
