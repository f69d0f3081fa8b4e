// What other servers may answer in place of the chat.

import fc from 'fast-check';
import type { FetchAnswer } from '../../local/client/api/fetch.ts';
import { type AnswerOptions, answer, networkError } from './command-line.ts';

const foreignBody = fc.constantFrom(
  '',
  '<html>',
  '{"seq":1}',
  '{"seq":0}',
  '{"error":{"code":"Unauthorized","message":"no"}}',
  'null',
  '{}',
);
const foreignHeaders = fc.constantFrom<AnswerOptions['headers']>(
  {},
  { location: 'https://elsewhere.example/api/x' },
  { location: '/x' },
  { 'www-authenticate': 'Basic' },
  { 'content-type': 'text/html' },
);
/** Any answer except an acknowledgement of the chat. */
export const foreign: fc.Arbitrary<() => FetchAnswer> = fc
  .record({
    status: fc.oneof(
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom(200, 202, 302, 401, 403, 502),
    ),
    body: foreignBody,
    headers: foreignHeaders,
    cutAt: fc.option(fc.nat(8), { nil: undefined }),
  })
  .filter(
    ({ status, body, cutAt }) => !(status === 202 && body === '{"seq":1}' && cutAt === undefined),
  )
  .map(({ status, body, headers = {}, cutAt }) => {
    return () => answer(status, body, { headers, ...(cutAt === undefined ? {} : { cutAt }) });
  });
/** Failures after the chat has stored the lines: no answers of a front end that did not forward the request. */
export const afterwards = foreign.filter((back) => {
  const { status, headers } = back();
  return status !== 401 && !headers.get('location')?.includes('/api/');
});
export const lostAnswer = () => {
  throw networkError('ECONNRESET');
};
