import { beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet } from 'jose';
import { openUpstreamCheck } from '../../../functions/identity/upstream-auth.ts';
import { type Entra, openEntra } from '../../support/entra.ts';

// The published key of the official emulator, and what it signs for this connection.
const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const CONNECTION = 'abcDEF123_-xyz0987654A';
const SIGNATURE = 'sha256=067BDDDC2A5786CE2A3C6323617B6530245D813C50176F86658CFA298B271753';
const other = `sha256=${'0'.repeat(64)}`;
const NO_KEYS = () => createLocalJWKSet({ keys: [] });
const refused = expect.objectContaining({ code: 'bad_signature' });

describe('an upstream request of a service with a key', () => {
  const verify = openUpstreamCheck({ kind: 'signature', accessKey: KEY }, NO_KEYS);

  test('row 7: that is refused says whether it had a signature', async () => {
    const reasons: string[] = [];
    const note = (reason: string) => void reasons.push(reason);
    const check = openUpstreamCheck({ kind: 'signature', accessKey: KEY }, NO_KEYS, Date.now, note);
    await expect(check({}, CONNECTION)).rejects.toEqual(refused);
    await expect(check({ 'X-ASRS-Signature': other }, CONNECTION)).rejects.toEqual(refused);
    await check({ 'X-ASRS-Signature': SIGNATURE }, CONNECTION);
    expect(reasons).toEqual(['no_signature', 'wrong_signature']);
  });

  test.each([
    ['its signature', SIGNATURE],
    ['its signature in small letters', SIGNATURE.toLowerCase()],
    ['the signature of another key before it', `${other},${SIGNATURE}`],
    ['the signature of another key after it', `${SIGNATURE}, ${other}`],
  ])('is taken with %s', async (_, signature) => {
    await verify({ 'X-ASRS-Signature': signature }, CONNECTION);
    await verify({ 'x-asrs-signature': signature }, CONNECTION);
  });

  test.each([
    ['no headers', null],
    ['no signature', {}],
    ['an empty signature', { 'X-ASRS-Signature': '' }],
    ['a signature without its algorithm', { 'X-ASRS-Signature': SIGNATURE.slice(7) }],
    ['half a signature', { 'X-ASRS-Signature': SIGNATURE.slice(0, 40) }],
    ['a wrong signature', { 'X-ASRS-Signature': other }],
    ['a signature that is no text', { 'X-ASRS-Signature': [SIGNATURE] }],
  ])('is refused with %s', async (_, headers) => {
    await expect(verify(headers, CONNECTION)).rejects.toEqual(refused);
  });

  test('is refused with a wrong signature also after a right one, which is remembered', async () => {
    await verify({ 'X-ASRS-Signature': SIGNATURE }, CONNECTION);
    await expect(verify({ 'X-ASRS-Signature': other }, CONNECTION)).rejects.toEqual(refused);
    await verify({ 'X-ASRS-Signature': SIGNATURE }, CONNECTION);
  });

  test('is refused with the signature of another connection', async () => {
    await expect(verify({ 'X-ASRS-Signature': SIGNATURE }, 'other')).rejects.toEqual(refused);
  });
});

describe('an upstream request of a service with an identity', () => {
  const tenant = '11111111-1111-1111-1111-111111111111';
  const clientId = '44444444-4444-4444-4444-444444444444';
  const audience = 'https://signalr.azure.com';
  const audiences = [clientId, `api://${clientId}`, audience];
  const objectId = '22222222-2222-2222-2222-222222222222';
  const version1 = {
    ver: '1.0',
    iss: `https://sts.windows.net/${tenant}/`,
    aud: audience,
    tid: tenant,
    oid: objectId,
  };
  const version2 = {
    ...version1,
    ver: '2.0',
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    aud: clientId,
  };
  const good = version1;
  let entra: Entra;
  beforeAll(async () => {
    entra = await openEntra();
  });
  const verify = (headers: Record<string, unknown>, configured = audiences) =>
    openUpstreamCheck(
      { kind: 'token', tenant, audiences: configured, objectId },
      () => entra.keys,
      entra.now,
    )(headers, CONNECTION);

  test('is accepted with its token in either documented header', async () => {
    const token = await entra.sign(good);
    await verify({ Authorization: `Bearer ${token}` });
    await verify({ authentication: `bearer ${token}` });
  });

  test('is accepted with and without a slash at the end of the audience, in the token and in the setting', async () => {
    for (const aud of [audience, `${audience}/`]) {
      const headers = { Authorization: `Bearer ${await entra.sign({ ...good, aud })}` };
      await verify(headers);
      await verify(headers, [`${audience}/`]);
    }
  });

  test.each(audiences)(
    'row 1: is accepted with a token of version 1 or 2 for the configured audience %s, in any place of the list',
    async (aud) => {
      for (const { iss, ver } of [version1, version2]) {
        const token = await entra.sign({ ...good, iss, ver, aud });
        await verify({ Authorization: `Bearer ${token}` });
        await verify({ Authorization: `Bearer ${token}` }, [...audiences].reverse());
      }
    },
  );

  test('is accepted with a token that is slightly too early or too late by this clock', async () => {
    for (const shift of [{ nbf: 200 }, { exp: -200 }]) {
      await verify({ Authorization: `Bearer ${await entra.sign(good, shift)}` });
    }
  });

  const wrong: [string, Record<string, unknown>, { exp?: number; nbf?: number }][] = [
    [
      'another issuer',
      { iss: 'https://sts.windows.net/33333333-3333-3333-3333-333333333333/' },
      {},
    ],
    [
      'another issuer of version 2',
      { iss: 'https://login.microsoftonline.com/33333333-3333-3333-3333-333333333333/v2.0' },
      {},
    ],
    [
      'the issuer of another version of the authority',
      { iss: `https://login.microsoftonline.com/${tenant}/` },
      {},
    ],
    ['no issuer', { iss: undefined }, {}],
    ['another audience', { aud: 'https://management.azure.com' }, {}],
    ['an audience with two slashes', { aud: `${audience}//` }, {}],
    ['the client id of another registration', { aud: '33333333-3333-3333-3333-333333333333' }, {}],
    ['all audiences as one text', { aud: audiences.join(',') }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another tenant', { tid: '33333333-3333-3333-3333-333333333333' }, {}],
    ['no tenant', { tid: undefined }, {}],
    ['the object id of another identity', { oid: '33333333-3333-3333-3333-333333333333' }, {}],
    ['no object id', { oid: undefined }, {}],
    ['an expiry that has passed', {}, { exp: -301 }],
    ['a beginning that is not yet', {}, { nbf: 301 }],
  ];
  /** Only Entra ID makes such a token, for somebody of our tenant. */
  const ofOurTenant = [
    'another issuer',
    'another issuer of version 2',
    'the issuer of another version of the authority',
    'no issuer',
    'another audience',
    'an audience with two slashes',
    'the client id of another registration',
    'all audiences as one text',
    'no audience',
    'the object id of another identity',
  ];
  test.each(wrong)('is refused with a token that has %s', async (name, change, times) => {
    const code = ofOurTenant.includes(name) ? 'bad_setting' : 'bad_signature';
    for (const version of [version1, version2]) {
      const token = await entra.sign({ ...version, ...change }, times);
      await expect(verify({ Authorization: `Bearer ${token}` })).rejects.toMatchObject({ code });
    }
  });

  const reasonsOf = async (headers: Record<string, unknown>) => {
    const reasons: string[] = [];
    const check = openUpstreamCheck(
      { kind: 'token', tenant, audiences, objectId },
      () => entra.keys,
      entra.now,
      (reason) => void reasons.push(reason),
    );
    await check(headers, CONNECTION).catch(() => {});
    return reasons;
  };

  test.each(wrong)(
    'row 7: names the reason of a token that has %s',
    async (name, change, times) => {
      const reason = !ofOurTenant.includes(name)
        ? 'bad_token'
        : name.includes('issuer')
          ? 'wrong_issuer'
          : name.includes('object id')
            ? 'wrong_identity'
            : 'wrong_audience';
      const token = await entra.sign({ ...good, ...change }, times);
      expect(await reasonsOf({ Authorization: `Bearer ${token}` })).toEqual([reason]);
    },
  );

  test('row 7: names a token that is missing, and no reason for one that is good', async () => {
    expect(await reasonsOf({})).toEqual(['no_token']);
    expect(await reasonsOf({ Authorization: `Bearer ${await entra.sign(good)}` })).toEqual([]);
  });

  test('is refused with a token that another key signed', async () => {
    const token = await (await openEntra()).sign(good);
    await expect(verify({ Authorization: `Bearer ${token}` })).rejects.toEqual(refused);
  });

  test('is refused with a token that a shared secret signed, or that has no signature', async () => {
    const token = await entra.sign(good);
    const [, payload] = token.split('.');
    for (const forged of [await entra.signWithSecret(good), `${NO_ALGORITHM}.${payload}.`]) {
      await expect(verify({ Authorization: `Bearer ${forged}` })).rejects.toEqual(refused);
    }
  });

  test('is refused with a signature alone, because there is no key to check it', async () => {
    await expect(verify({ 'X-ASRS-Signature': SIGNATURE })).rejects.toEqual(refused);
  });

  test.each([
    {},
    { Authorization: '' },
    { Authorization: 'Basic abc' },
    { Authorization: 'Bearer x' },
  ])('is refused with %j', async (headers) => {
    await expect(verify(headers)).rejects.toEqual(refused);
  });
});

const NO_ALGORITHM = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
