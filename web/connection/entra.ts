// Sign-in with Microsoft Entra ID, by redirect with PKCE. The only file that imports @azure/msal-browser.
// The page needs the ID token, which says who the person is. It calls no other API in their name.

import {
  type AccountInfo,
  AuthError,
  CacheLookupPolicy,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
  PublicClientApplication,
  ServerError,
} from '@azure/msal-browser';
import type { SignIn } from '../state/connection-state.ts';
import type { Account, Gate } from './account.ts';

const SCOPES = ['openid', 'profile'];

/** A token with less remaining lifetime is renewed before use. */
const LEAST_LEFT_MS = 5 * 60_000;

/** Completes a sign-in that has just returned to the page. `base` is the chat's address. Rejects if that sign-in failed. */
export async function openGate({ clientId, authority }: SignIn, base: string): Promise<Gate> {
  const app = new PublicClientApplication({
    auth: {
      clientId,
      authority,
      // One address for all rooms, because each address has to be registered. The library then returns to the room.
      redirectUri: base,
      postLogoutRedirectUri: base,
    },
    cache: { cacheLocation: 'localStorage' },
  });
  await app.initialize();
  const answer = await app.handleRedirectPromise();
  const account = answer?.account ?? app.getActiveAccount() ?? app.getAllAccounts()[0];
  if (account) app.setActiveAccount(account);
  return {
    account: account && toAccount(app, account),
    signIn: () => app.loginRedirect({ scopes: SCOPES }),
  };
}

function toAccount(app: IPublicClientApplication, account: AccountInfo): Account {
  let asking: Promise<string | undefined> | undefined;
  return {
    userId: `e-${account.localAccountId}`,
    name: account.name ?? account.username,
    token: () => {
      // Several callers ask at once when the page opens. They share one answer.
      asking ??= freshToken(app, account).finally(() => {
        asking = undefined;
      });
      return asking;
    },
    signOut: async (onSignedOut) => {
      // Before other tabs hear of it: they load again, and must find no account.
      await app.clearCache({ account });
      onSignedOut();
      await app.logoutRedirect({ account });
    },
  };
}

/** Failures of the network or of the authority. They end by themselves. */
const PASSING = [
  'endpoints_resolution_error',
  'failed_to_parse_response',
  'get_request_failed',
  'network_error',
  'no_network_connectivity',
  'openid_config_error',
  'post_request_failed',
  'timed_out',
];

/** Undefined if the person has to sign in again. Rejects if the authority does not answer and the token has expired. */
export async function freshToken(
  app: Pick<IPublicClientApplication, 'getAccount' | 'acquireTokenSilent'>,
  account: AccountInfo,
): Promise<string | undefined> {
  const { idToken, idTokenClaims } = app.getAccount({ homeAccountId: account.homeAccountId }) ?? {};
  const expiresAt = Number(idTokenClaims?.exp ?? 0) * 1_000;
  if (idToken !== undefined && expiresAt - Date.now() > LEAST_LEFT_MS) return idToken;
  try {
    // The library checks the lifetime of the access token, not of the ID token, so `forceRefresh` is set. It may use the
    // refresh token only: a hidden frame would need cookies of the authority, which browsers no longer send.
    const answer = await app.acquireTokenSilent({
      scopes: SCOPES,
      account,
      forceRefresh: true,
      cacheLookupPolicy: CacheLookupPolicy.RefreshToken,
    });
    return answer.idToken;
  } catch (error) {
    if (error instanceof InteractionRequiredAuthError) return undefined;
    // The functions would refuse an expired token, and the page would ask for a sign-in that cannot succeed now.
    if (isPassing(error) && expiresAt <= Date.now()) throw error;
    return idToken;
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ServerError) return (error.status ?? 0) >= 500 || error.status === 429;
  return error instanceof AuthError && PASSING.includes(error.errorCode);
}
