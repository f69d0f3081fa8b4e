// `npm start -- --lan`: other devices reach the chat, by each name that they know this machine by. 127.0.0.2 stands for the network's address.

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { Browser } from 'playwright-core';
import { drawQrCode } from '../../local/stack/lan-notice.ts';
import { findFreePort, isListening } from '../../local/stack/ports.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPseudoTerminal, type PseudoTerminal } from '../support/pseudo-terminal.ts';
import { newRoom, sharedStack } from '../support/shared-stack.ts';
import { picture } from './page-look.ts';
import { join, PHONE, say, shown } from './page-room.ts';

const NETWORK = '127.0.0.2';

let terminal: PseudoTerminal;
let browser: Browser;
let url: string;
let tablePort: number;

jest.setTimeout(120_000);
beforeAll(async () => {
  tablePort = await findFreePort();
  const ports = ['--port', '0', '--service-port', '0', '--table-port', String(tablePort)];
  const options = ['--lan', NETWORK, '--ephemeral', ...ports].join(' ');
  terminal = await openPseudoTerminal(`node local/launch.mjs local/start.ts ${options}`);
  [, url = ''] = await terminal.shows(/Chat +(http:\S+)[\s\S]+Started/);
  browser = await launchBrowser([`--host-resolver-rules=MAP phone.test ${NETWORK}`]);
});
afterAll(async () => {
  await browser?.close();
  terminal.type('\u0003');
  expect([await terminal.ended, terminal.screen]).toEqual([0, expect.stringContaining('stopping')]);
});

describe('row lan: npm start -- --lan 127.0.0.2', () => {
  test('listens there with page and service, and nowhere with the tables', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    const { port } = new URL(url);
    expect(await isListening(Number(port), NETWORK)).toBe(true);
    expect(await isListening(Number(port), '127.0.0.1')).toBe(false);
    expect(await isListening(tablePort, '127.0.0.1')).toBe(true);
    expect(await isListening(tablePort, NETWORK)).toBe(false);
    expect(terminal.screen).toContain(`Everyone who reaches ${NETWORK}:${port} can read and write`);
  });

  test('16.1: draws the code of its address in the terminal, black on white', () => {
    expect(terminal.screen.replaceAll('\r\n', '\n')).toContain(drawQrCode(url));
  });

  test('lets a JavaScript client in', async () => {
    const connection = new HubConnectionBuilder()
      .withUrl(`${url}/api?room=${newRoom('lan')}&name=Ada`)
      .configureLogging(LogLevel.None)
      .build();
    const welcomed = new Promise((resolve) => connection.on('welcome', resolve));
    connection.on('events', () => undefined);
    await connection.start();
    await welcomed;
    expect(await connection.invoke('send', 'hello', 'one')).toMatchObject({ ok: true, seq: 1 });
    await connection.stop();
  });

  test('a page that a phone opens by another name sends, and gives its link and code by that name', async () => {
    const { port } = new URL(url);
    const room = newRoom('phone');
    const context = await browser.newContext({ viewport: PHONE, serviceWorkers: 'block' });
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(new URL(socket.url()).hostname));
    await page.goto(`http://phone.test:${port}/r/${room}`);
    await join(page, 'Ada');
    const invite = page.getByTestId('log').getByTestId('invite');
    expect(await invite.getByRole('textbox').inputValue()).toBe(
      `http://phone.test:${port}/r/${room}`,
    );
    await invite.getByTestId('qr').click();
    await invite.getByRole('img').waitFor();
    await picture(page, 'phone-by-another-name');
    await say(page, 'from the sofa');
    await shown(page, 'from the sofa');
    expect(sockets).toEqual(['phone.test']);
    await context.close();
  });

  test('publishing needs the key that it prints', async () => {
    const [, key = ''] = /CHAT_KEY=(\S+)/.exec(terminal.screen) ?? [];
    const publish = (headers: Record<string, string>) =>
      fetch(`${url}/api/rooms/${newRoom('lan')}/messages`, {
        method: 'POST',
        body: 'hi',
        headers: { 'content-type': 'text/plain', ...headers },
      });
    expect((await publish({})).status).toBe(401);
    expect((await publish({ 'x-functions-key': key })).status).toBe(202);
  });
});

test('row lan: without --lan nothing listens beyond 127.0.0.1', async () => {
  const { url: page, connectionString, tableConnectionString } = await sharedStack();
  const service = /Port=(\d+)/.exec(connectionString)?.[1];
  const tables = /TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(tableConnectionString)?.[1];
  for (const port of [new URL(page).port, service, tables].map(Number)) {
    expect([port, await isListening(port, '127.0.0.1')]).toEqual([port, true]);
    expect([port, await isListening(port, NETWORK)]).toEqual([port, false]);
  }
});
