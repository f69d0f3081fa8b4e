// Tokens of this app's own Entra identity, if no key is configured. The library is large and needed on Azure only, so it
// loads on first use.

import type { Identity } from './settings.ts';

/** The interface of @azure/core-auth that the SDKs accept. */
export interface Credential {
  getToken(
    scope: string | string[],
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Without a client id the platform chooses the identity. */
export async function openCredential({ clientId, isManaged }: Identity): Promise<Credential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (!isManaged) return new DefaultAzureCredential();
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
