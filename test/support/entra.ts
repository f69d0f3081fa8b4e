// The tokens of a Microsoft Entra ID tenant: a key pair that signs, and the key set that the tenant publishes.

import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';

export interface Entra {
  readonly keys: JWTVerifyGetKey;
  /** The key server's answer. */
  readonly keySet: JSONWebKeySet;
  /** The current time for its tokens, epoch ms. */
  readonly now: () => number;
  /** `exp` and `nbf` in seconds from now. Default: an hour, and none. */
  sign(claims: JWTPayload, times?: { exp?: number; nbf?: number }): Promise<string>;
  signWithSecret(claims: JWTPayload): Promise<string>;
}

export async function openEntra(kid = 'key-1'): Promise<Entra> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keySet = {
    keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }],
  };
  const keys = createLocalJWKSet(keySet);
  const start = 1_767_225_600;
  const claimsIn = (claims: JWTPayload, { exp = 3_600, nbf }: { exp?: number; nbf?: number }) => ({
    ...JSON.parse(JSON.stringify(claims)),
    iat: start,
    exp: start + exp,
    ...(nbf === undefined ? {} : { nbf: start + nbf }),
  });
  return {
    keys,
    keySet,
    now: () => start * 1_000,
    sign: (claims, times = {}) =>
      new SignJWT(claimsIn(claims, times))
        .setProtectedHeader({ alg: 'RS256', kid })
        .sign(privateKey),
    signWithSecret: (claims) =>
      new SignJWT(claimsIn(claims, {}))
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(new TextEncoder().encode('a secret of at least thirty-two bytes')),
  };
}
