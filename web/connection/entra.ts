// Signing in with Microsoft Entra ID, by redirect with PKCE. The only file that imports @azure/msal-browser.
// What we want is the ID token: it says who the person is to this app. No other API is called in their name.

import {
  type AccountInfo,
  CacheLookupPolicy,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
  PublicClientApplication,
} from '@azure/msal-browser';
import type { SignIn } from '../state/link.ts';
import type { Account, Gate } from './account.ts';

const SCOPES = ['openid', 'profile'];

/** A token with less than this left is renewed before it is used. */
const LEAST_LEFT_MS = 5 * 60_000;

/** Completes a sign-in that has just come back to the page, if there is one. Rejects where that sign-in failed. */
export async function openGate({ clientId, authority }: SignIn, origin: string): Promise<Gate> {
  const app = new PublicClientApplication({
    auth: {
      clientId,
      authority,
      // One address for all rooms, because each has to be registered; the library then goes on to the room.
      redirectUri: `${origin}/`,
      postLogoutRedirectUri: `${origin}/`,
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
    name: account.name ?? account.username,
    token: () => {
      // Several ask at once when the page opens; one answer does for all.
      asking ??= freshToken(app, account).finally(() => {
        asking = undefined;
      });
      return asking;
    },
    signOut: () => app.logoutRedirect({ account }),
  };
}

async function freshToken(
  app: IPublicClientApplication,
  account: AccountInfo,
): Promise<string | undefined> {
  const { idToken, idTokenClaims } = app.getAccount({ homeAccountId: account.homeAccountId }) ?? {};
  const expiresAt = Number(idTokenClaims?.exp ?? 0) * 1_000;
  if (idToken !== undefined && expiresAt - Date.now() > LEAST_LEFT_MS) return idToken;
  try {
    // The library looks at the access token's life and not at the ID token's, so it is told to renew. By refresh token
    // alone: the other way is a hidden frame, which needs cookies of the authority that browsers no longer send.
    const answer = await app.acquireTokenSilent({
      scopes: SCOPES,
      account,
      forceRefresh: true,
      cacheLookupPolicy: CacheLookupPolicy.RefreshToken,
    });
    return answer.idToken;
  } catch (error) {
    if (error instanceof InteractionRequiredAuthError) return undefined;
    // No network, say: the old token may still do, and otherwise the functions refuse it and say why.
    return idToken;
  }
}
