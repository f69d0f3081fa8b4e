// The order in which test files start: first those that take the longest, most of it waiting. Jest knows how long a file
// takes only after its first run, and would start by size then: a small file that waits for a minute came last, alone.

import Sequencer from '@jest/test-sequencer';

/** The longest first. A file that is not here takes its turn after these. */
const LONGEST = [
  'stack/chaos-events',
  'stack/page-looks',
  'stack/page-access',
  'stack/page-messages',
  'stack/chaos',
  'stack/page-text',
  'stack/page-sending',
  'stack/page-logs',
  'stack/start',
  'stack/page-start',
  'stack/page-states',
  'stack/page-features',
  'stack/terminal',
  'stack/func',
  'stack/chaos-storage',
  'stack/chat',
  'stack/azurite',
  'stack/page-without',
  'stack/page-people',
  'stack/page-sign-in',
  'stack/page-connection',
  'simulation/simulation',
  'stack/publish',
  'infra/deployment-from-github',
];

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    // A stable sort: the others stay in the order of Jest.
    return [...(await super.sort(tests))].sort((a, b) => rank(a) - rank(b));
  }
}
