import { describe, expect, test } from '@jest/globals';
import { isHangUpMeant, type Terminals } from '../../../local/stack/end-signals.ts';

describe('a hang-up', () => {
  // C8
  test('is nothing to a process without a terminal, as nohup starts it', () => {
    expect(isHangUpMeant([])).toBe(false);
  });

  test.each<[Terminals]>([[['stdin', 'stdout', 'stderr']], [['stdin']], [['stdout', 'stderr']]])(
    'ends a process whose %j is one',
    (terminals) => {
      expect(isHangUpMeant(terminals)).toBe(true);
    },
  );
});
