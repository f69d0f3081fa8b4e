// Which announcements of edits tail shows.

import { expect, test } from '@jest/globals';
import type { ChatMessage } from '../../../../functions/protocol.ts';
import { ShownEdits } from '../../../../local/client/tail/shown-edits.ts';

const messageOf = (seq: number, more: Partial<ChatMessage> = {}): ChatMessage => {
  return { seq, id: `i${seq}`, userId: 'u', name: 'U', text: `text ${seq}`, sentAt: 1, ...more };
};
const shownOf = (...messages: readonly ChatMessage[]) => {
  const edits = new ShownEdits();
  return messages.filter((message) => edits.isNews(message)).map(({ seq }) => seq);
};

test('an edit is shown once, and only of a message that was shown', () => {
  const edit = (seq: number, edits: number, text: string) => messageOf(seq, { edits, text });
  expect(shownOf(messageOf(4), messageOf(5), edit(6, 4, 'a'), edit(7, 3, 'b'))).toEqual([4, 5, 6]);
  // The history has the new text in the place of the message, and no text where a later edit follows.
  const edited = messageOf(4, { text: 'b', editedAt: 2 });
  expect(shownOf(edited, edit(5, 4, ''), edit(6, 4, 'b'))).toEqual([4]);
  expect(shownOf(edited, edit(7, 4, 'c'), edit(8, 4, 'b'))).toEqual([4, 7, 8]);
  expect(shownOf(messageOf(1), messageOf(2, { text: '', deletes: 1 }))).toEqual([1, 2]);
});
