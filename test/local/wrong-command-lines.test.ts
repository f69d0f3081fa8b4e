// Wrong command lines of every command of the repository. Each is answered by one sentence with its reason, and one with the next step.

import { expect, test } from '@jest/globals';
import { parseBenchmark } from '../../bench/options.ts';
import { parseCommand } from '../../local/service/command-line.ts';
import { parseCommandLine } from '../../local/stack/command-line.ts';
import { parseSimulation } from '../simulation/command-line.ts';
import { always, answer, runInProcess } from '../support/command-line.ts';

type Environment = Readonly<Record<string, string>>;

async function refusalOf(line: string, environment: Environment): Promise<string> {
  const [program = '', ...args] = line.split(' ');
  try {
    switch (program) {
      case 'start':
        parseCommandLine(args, environment);
        break;
      case 'emulator':
        parseCommand(args);
        break;
      case 'bench':
        parseBenchmark(args, {
          people: { type: 'string', default: '1000' },
          online: { type: 'string', default: '8,50' },
          base: { type: 'string', default: 'db47424' },
        });
        break;
      case 'simulate':
        parseSimulation(args, ['a mistake']);
        break;
      case 'chat': {
        const { code, stderr } = await runInProcess(
          args,
          always(() => answer(500, '')),
        );
        expect(code).toBe(2);
        return stderr.join('\n');
      }
    }
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'understood';
}

test.each<[line: string, reason: string, next: string, environment?: Environment]>([
  ['start --prot 1', 'no option --prot', 'did you mean --port? Run npm start -- --help'],
  ['start --frobnicate', 'no option --frobnicate', '. Run npm start -- --help'],
  ['start --port 6000', '--port is 6000', 'Choose another, such as 7071'],
  ['start --service-port 6667', '--service-port is 6667', 'Choose another, such as 8888'],
  ['start 7071', 'it takes no "7071"', 'Run npm start -- --help'],
  ['start 7071', 'npm kept --port', 'Write -- before it', { npm_config_port: 'true' }],
  ['start', 'npm kept --lan', 'npm start -- --lan', { npm_config_lan: 'true' }],
  ['start --port x', '--port is "x"', 'Give a number from 0'],
  ['start --host azure', '--host is "azure"', 'Give embedded, func or none'],
  ['start --lan home', '--lan is "home"', 'such as 192.168.1.7'],
  ['start --port', '--port is given without its value', 'Run npm start -- --help'],
  ['start --port -1', 'begins with - is written as --port=VALUE', 'Run npm start -- --help'],
  ['start --verbose=1', '--verbose takes no value', 'Run npm start -- --help'],
  ['start --data a --ephemeral', 'contradict each other', 'Give one of them'],
  ['chat tial', 'no command "tial"', 'did you mean tail?'],
  ['chat publsih', 'no command "publsih"', 'did you mean publish?'],
  ['chat tail --rom x', 'no option --rom', 'did you mean --room?'],
  ['chat rooms --url localhost:7071', 'no http or https', 'did you mean http://localhost:7071?'],
  ['chat rooms --url chat.test', 'no http or https', 'did you mean https://chat.test?'],
  [
    'chat tail --url https://chat.test/below/r/%E8%8C%B6%E5%AE%A4',
    'the address of a room',
    'write --url https://chat.test/below --room 茶室',
  ],
  ['chat tail --url http://localhost/r/%E8', 'the address of a room', '--room %E8'],
  ['chat rooms --url ftp://x', '--url is "ftp://x"', 'rooms --help'],
  ['chat rooms --url http://chat.test --key k', 'unable to send a key', 'Give the https address'],
  ['chat erase', 'for good', 'needs --yes'],
  ['emulator strat', '"strat"', 'Did you mean start? Try --help'],
  ['emulator upstream lits', '"upstream lits"', 'Did you mean upstream list? Try --help'],
  ['emulator serve', '"serve"', 'start, upstream init and upstream list. Try --help'],
  ['emulator start --prot 1', 'no option --prot', 'did you mean --port? Try --help'],
  ['emulator start --port x', 'port "x"', 'Choose one, or 0 for any'],
  ['emulator start --upstream foo', 'no absolute http or https URL', 'Give one such as'],
  ['emulator start --log-level loud', '"loud"', 'Choose one of them'],
  ['bench --pepole 3', 'no option --pepole', 'did you mean --people? This benchmark has --people'],
  ['bench --people many', '--people is "many"', 'for example 1000'],
  ['bench --online 8,', '--online is "8,"', 'numbers with commas between them'],
  [
    'simulate --sedes 3',
    'no option --sedes',
    'did you mean --seeds? Run npm run simulate -- --help',
  ],
  ['simulate all', 'it takes no "all"', 'Run npm run simulate -- --help'],
  ['simulate --seeds x', '--seeds is "x"', 'Give it a whole number'],
  ['simulate --twice 1,x', '--twice is "x"', 'whole numbers with commas'],
  ['simulate --only nothing', 'no mistake has "nothing"', 'Leave out --only'],
])('row 5: %s is refused: %s. %s', async (line, reason, next, environment = {}) => {
  const refusal = await refusalOf(line, environment);
  expect(refusal).toMatch(/^(?:serverless-chat: )?unable to [^\n]+[.?]$/);
  expect(refusal).toContain(reason);
  expect(refusal).toContain(next);
});

test('row 5: right command lines are none of them', async () => {
  const right = ['start --lan', 'emulator start', 'bench --people 3 --online 1,2', 'simulate'];
  for (const line of right) expect([line, await refusalOf(line, {})]).toEqual([line, 'understood']);
});
