// Commands in a real terminal: progress, colours, prompts, Ctrl+C, and a window that closes.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { isListening } from '../../local/stack/ports.ts';
import { eventually } from '../support/eventually.ts';
import { openPseudoTerminal } from '../support/pseudo-terminal.ts';
import { newRoom, sharedStack } from '../support/shared-stack.ts';

jest.setTimeout(60_000);

/** A colour, but not what clears a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const COLOUR = /\u001b\[[\d;]*m/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-terminal-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('16.1: publish in a terminal', () => {
  /** A chat that answers each request when the test lets it. */
  let chat: Server;
  const waiting: (() => void)[] = [];
  let isFast = false;
  let url: string;
  const release = () => {
    for (const answer of waiting.splice(0)) answer();
  };

  beforeAll(async () => {
    chat = createServer(async (request, answer) => {
      let count = 0;
      for await (const chunk of request) count += String(chunk).split('\n').length;
      if (!isFast) await new Promise<void>((resolve) => waiting.push(resolve));
      answer.writeHead(202, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ seq: count }));
    }).listen(0, '127.0.0.1');
    await once(chat, 'listening');
    url = `http://127.0.0.1:${(chat.address() as AddressInfo).port}`;
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`);
    await writeFile(join(folder, 'lines'), lines.join(''));
  });
  afterAll(() => {
    chat.closeAllConnections();
    chat.close();
  });

  test('shows its progress in one line, and after Ctrl+C where it stands', async () => {
    const terminal = await openPseudoTerminal(
      `node local/client publish --url ${url} < ${join(folder, 'lines')}`,
      { columns: 30 },
    );
    await eventually(() => waiting.length > 0, 'the first lines');
    release();
    const [, shown = ''] = await terminal.shows(/\[K([\d,]+ lines, [^\r]*)/);
    expect(shown.length).toBeLessThan(30);
    await eventually(() => waiting.length > 0, 'the next lines');
    terminal.type(CTRL_C);
    await terminal.shows(/\^C/);
    isFast = true;
    release();
    expect(await terminal.ended).toBe(130);
    // The progress is cleared before.
    expect(terminal.screen).toMatch(/\[Kserverless-chat: interrupted; /);
    expect(terminal.screen).toContain('--resume=');
  });

  test('shows none for lines that a person types', async () => {
    const room = newRoom('typed');
    const stack = await sharedStack();
    const terminal = await openPseudoTerminal(
      `node local/client publish --url ${stack.url} --room ${room}`,
      { env: { CHAT_KEY: stack.functionKey } },
    );
    terminal.type(`hello from a terminal\n`);
    await terminal.shows(/hello from a terminal\r\n/);
    terminal.type(CTRL_D);
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen).not.toContain('\u001b');
    expect(terminal.screen).toContain('1 line');
  });
});

describe('16.1: tail in a terminal', () => {
  /** What it shows of a line, until Ctrl+C. */
  async function tailed(environment: NodeJS.ProcessEnv, end = ''): Promise<string> {
    const room = newRoom('colours');
    const { url, functionKey } = await sharedStack();
    const publish = await fetch(`${url}/api/rooms/${room}/messages?name=Ada`, {
      method: 'POST',
      body: '\u001b[31mERROR\u001b[0m disk full',
      headers: { 'content-type': 'text/plain', 'x-functions-key': functionKey },
    });
    expect(publish.status).toBe(202);
    const terminal = await openPseudoTerminal(
      `node local/client tail --url ${url} --room ${room}${end}`,
      { env: environment },
    );
    await terminal.shows(/disk full/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(0);
    return terminal.screen;
  }

  test('shows colours', async () => {
    expect(await tailed({})).toMatch(COLOUR);
  });

  test('shows none with NO_COLOR, in a dumb terminal, and in a pipe of the same terminal', async () => {
    expect(await tailed({ NO_COLOR: '1' })).not.toMatch(COLOUR);
    expect(await tailed({ TERM: 'dumb' })).not.toMatch(COLOUR);
    // The exit code is that of the last command in the pipe.
    expect(await tailed({}, ` | (trap "" INT; cat)`)).not.toMatch(COLOUR);
  });
});

test('16.1: upstream init asks in a terminal before it replaces a file', async () => {
  const init = `node local/service upstream init --output ${folder}`;
  expect(await (await openPseudoTerminal(init)).ended).toBe(0);
  for (const [answer, code] of [
    ['n', 1],
    ['y', 0],
  ] as const) {
    const terminal = await openPseudoTerminal(init);
    await terminal.shows(/Replace .*settings\.json\? N\/y /);
    terminal.type(`${answer}\n`);
    expect([answer, await terminal.ended]).toEqual([answer, code]);
  }
});

test('16.1: the embedded host is colourful in a terminal, and Ctrl+C ends it', async () => {
  const fixture = 'test/local/host/fixtures/modern';
  const terminal = await openPseudoTerminal(
    `node local/launch.mjs local/host/cli.ts --port 0 --app-dir ${fixture}`,
  );
  await terminal.shows(/Started in/);
  expect(terminal.screen).toContain('\u001b[33mFunctions:\u001b[0m');
  terminal.type(CTRL_C);
  expect(await terminal.ended).toBe(0);
});

test('16.1: a window that closes ends the emulator', async () => {
  const terminal = await openPseudoTerminal('node local/service start --port 0');
  const [, port = ''] = await terminal.shows(/Port=(\d+)/);
  expect(await isListening(Number(port))).toBe(true);
  terminal.close();
  await eventually(async () => !(await isListening(Number(port))), 'the end of the emulator');
});
