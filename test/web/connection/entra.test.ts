import {
  type AccountInfo,
  AuthError,
  type AuthenticationResult,
  InteractionRequiredAuthError,
  ServerError,
} from '@azure/msal-browser';
import { describe, expect, test } from '@jest/globals';
import { freshToken } from '../../../web/connection/entra.ts';

const renew = (lifetimeMs: number, error: Error) => {
  const exp = Math.floor((Date.now() + lifetimeMs) / 1_000);
  const account = { idToken: 'old', idTokenClaims: { exp } } as unknown as AccountInfo;
  return freshToken(
    {
      getAccount: () => account,
      acquireTokenSilent: async (): Promise<AuthenticationResult> => Promise.reject(error),
    },
    account,
  );
};
const inAMinute = 60_000;
const anHourAgo = -3_600_000;

describe('S2: an authority that does not answer', () => {
  const failures: [string, Error][] = [
    ['no network', new AuthError('no_network_connectivity', 'id')],
    ['no metadata document', new AuthError('endpoints_resolution_error', 'id')],
    ['junk for a token', new AuthError('failed_to_parse_response', 'id')],
    ['a server that is down', new ServerError('server_error', 'id', '', '', '1', 503)],
  ];

  test.each(failures)('(%s) leaves a token that is still good', async (_, error) => {
    expect(await renew(inAMinute, error)).toBe('old');
  });

  test.each(failures)(
    '(%s) asks nobody to sign in again: the page tries again',
    async (_, error) => {
      await expect(renew(anHourAgo, error)).rejects.toBe(error);
    },
  );
});

test('a sign-in that the authority ends is asked for again', async () => {
  const error = new InteractionRequiredAuthError('login_required', 'id');
  expect(await renew(anHourAgo, error)).toBeUndefined();
});

test('a request that the authority refuses leaves the decision to the functions', async () => {
  const error = new ServerError('invalid_client', 'id', '', '', '1', 401);
  expect(await renew(anHourAgo, error)).toBe('old');
});
