// Texts and ids that look like dates arrive unchanged, although the JSON reader of the SignalR extension takes such a string
// for a date and writes it in another form.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { message } from '../../../functions/hub/message.ts';
import { parseMessageId, parseText, toArgument } from '../../../functions/protocol.ts';
import { asNewtonsoftReads } from '../../../local/host/signalr/newtonsoft.ts';
import { parseEvents } from '../../../web/connection/incoming.ts';
import { eventsIn, openTestChat } from '../../support/chat.ts';
import { anyCharacter } from '../../support/hostile-input.ts';
import { runs } from '../../support/sizes.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };

/** The arguments of a client with the JSON protocol, as the function gets them. */
const asExtensionReads = (args: readonly unknown[]) =>
  asNewtonsoftReads(JSON.parse(JSON.stringify(args))) as unknown[];

const digits = (count: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${count}}$`)).filter((text) => text.length === count);
const dateText = fc
  .tuple(digits(4), digits(2), digits(2), digits(2), fc.constantFrom('', 'Z', '.120Z', '+02:00'))
  .map(([year, month, day, hour, rest]) => `${year}-${month}-${day}T${hour}:00:00${rest}`);
const anyText = fc.oneof(
  dateText,
  fc.bigInt().map((ms) => `/Date(${ms})/`),
  fc.constantFrom('2020-01-01T00:00:00.000Z', '/Date(99999999999999999)/', '2020-01-01', '["a"]'),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
);
const isGood = (parse: (value: unknown) => string) => (text: string) => {
  try {
    return parse(text) === text;
  } catch {
    return false;
  }
};

describe('a text or an id that looks like a date', () => {
  test('is stored and broadcast unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter(isGood(parseText)),
        anyText.filter(isGood(parseMessageId)),
        async (text, id) => {
          const chat = openTestChat();
          const args = asExtensionReads([toArgument(text), toArgument(id)]);
          const answer = await message(await chat.call('c1', ada, ...args), chat);
          const [frame] = JSON.parse(JSON.stringify(eventsIn(answer)));
          expect(parseEvents(frame)?.messages).toMatchObject([{ text, id }]);
        },
      ),
      runs(),
    );
  });

  test('would change if it were sent in one piece', () => {
    const text = '2020-01-01T00:00:00.120Z';
    expect(asExtensionReads([text])).not.toEqual([text]);
  });

  test('is sent in two pieces, and every other text in one', () => {
    expect(toArgument('2020-01-01T00:00:00Z')).toEqual(['2', '020-01-01T00:00:00Z']);
    expect(toArgument('/Date(0)/')).toEqual(['/', 'Date(0)/']);
    expect(toArgument('at 2020-01-01T00:00:00Z')).toBe('at 2020-01-01T00:00:00Z');
    expect(toArgument('2020-01-01')).toBe('2020-01-01');
  });
});
