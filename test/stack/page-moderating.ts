// What a moderator clicks, for the tests of the page.

import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import type { Page } from 'playwright-core';
import type { SharedStack } from '../support/shared-stack.ts';
import { openPanel, shown } from './page-room.ts';

/** A room with a name as the page gives private rooms. */
export function newPrivateRoom(): string {
  const letters = randomUUID().replace(/-/g, '').replace(/0/g, 'g').replace(/1/g, 'h');
  return `Tea-${(letters.slice(0, 16).match(/.{4}/g) ?? []).join('-')}`;
}

/** Opens the menu of the message with the text. */
export const menuOf = async (page: Page, text: string) => {
  const message = await shown(page, text);
  await message.focus();
  await message.getByTestId('more').click();
  await page.getByTestId('message-menu').waitFor();
};

/** In the dialog of what a moderator does: gives the reason, and does it. */
export const finish = async (page: Page, reason: string) => {
  await page.getByTestId('moderation-reason').fill(reason);
  await page.getByTestId('moderate-now').click();
  await page.getByTestId('dialog').waitFor({ state: 'detached' });
};

/** Opens what one can do with the person. */
export const chosen = async (page: Page, name: string) => {
  await openPanel(page, 'people');
  await page.getByTestId('roster').getByRole('button', { name }).click();
  await page.getByTestId('copy-id').waitFor();
};

/** Lets all bans of the room end now. Nobody can end one early, and the shortest takes a minute. */
export async function endBans(room: string, { tableConnectionString }: SharedStack): Promise<void> {
  const table = TableClient.fromConnectionString(tableConnectionString, 'chat', {
    allowInsecureConnection: true,
  });
  const filter = `PartitionKey eq '${room}' and RowKey ge 'b:' and RowKey lt 'b;'`;
  const until = { type: 'Int64', value: `${Date.now()}` };
  for await (const { rowKey } of table.listEntities({ queryOptions: { filter } })) {
    await table.updateEntity({ partitionKey: room, rowKey: `${rowKey}`, until });
  }
}
