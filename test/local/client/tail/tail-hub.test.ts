// The tail command with a real hub: the emulator in this process, and the test as the rest of the chat.

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChatMessage } from '../../../../functions/protocol.ts';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import type { NodeWebSocket } from '../../../../local/client/api/network.ts';
import type { Clock } from '../../../../local/client/context.ts';
import { systemClock } from '../../../../local/client/system-clock.ts';
import { followRoom } from '../../../../local/client/tail/tail.ts';
import { OutputFailed } from '../../../../local/client/terminal/output.ts';
import { answer } from '../../../support/command-line.ts';
import { eventually } from '../../../support/eventually.ts';
import { RefusedWebSocket, SilentWebSocket } from '../../../support/web-sockets.ts';
import { connectionInfo, rest } from '../../service/hub-client.ts';
import { stageService } from '../../service/stage.ts';

const stage = stageService();
const USER = 'tail';

const message = (seq: number): ChatMessage => {
  return { seq, id: `i${seq}`, userId: 'u', name: 'U', text: `text ${seq}`, sentAt: 0 };
};

/** Counts the attempts over a WebSocket. */
class CountedSilence extends SilentWebSocket {
  static opened = 0;
  constructor() {
    super();
    CountedSilence.opened += 1;
  }
}
beforeEach(() => {
  CountedSilence.opened = 0;
});

interface ChatOptions {
  readonly clock?: Clock;
  readonly history?: () => Awaited<ReturnType<Fetch>>;
  readonly WebSocket?: NodeWebSocket;
  readonly show?: (message: ChatMessage) => Promise<void>;
}

function watch({ history, WebSocket, show, clock = systemClock }: ChatOptions = {}) {
  const shown: number[] = [];
  const reports: string[] = [];
  const asked: string[] = [];
  const identities: (string | undefined)[][] = [];
  const end = new AbortController();
  const fetchFromChat: Fetch = async (url, init) => {
    asked.push(`${init.method} ${url.pathname}`);
    if (url.pathname === '/api/negotiate') {
      const info = await connectionInfo(stage.service, { userId: USER });
      const { status, body } = answer(
        200,
        JSON.stringify({ url: info.url, accessToken: info.token }),
      );
      return { status, body, headers: new Headers({ 'x-chat-guest': 't', 'set-cookie': 'a=b' }) };
    }
    if (url.pathname !== '/api/rooms/lobby/messages') return fetch(url, init);
    identities.push([init.headers['x-chat-guest'], init.headers.cookie]);
    const known = { revision: 1, first: 1, seq: 1, messages: [message(1)] };
    return url.searchParams.has('after') && history
      ? history()
      : answer(200, JSON.stringify(known));
  };
  const values = {
    url: 'http://localhost:7071',
    room: 'lobby',
    name: USER,
    lines: 10,
    json: false,
    create: false,
    token: undefined,
    'retry-for': undefined,
  };
  const context = {
    clock,
    random: () => 0,
    report: (sentence: string) => void reports.push(sentence),
    network: async () => ({ fetch: fetchFromChat, WebSocket }),
  };
  const done = followRoom(
    values,
    context,
    show ?? (async ({ seq }) => void shown.push(seq)),
    end.signal,
  );
  return { shown, reports, asked, identities, done, stop: () => end.abort() };
}

const send = (target: string, body: object) =>
  rest(stage.service, 'POST', `/api/hubs/chat/users/${USER}/:send`, {
    body: { target, arguments: [body] },
  });
const connected = (times = 1) =>
  eventually(
    () => stage.upstream.events.filter(({ event }) => event === 'connected').length >= times,
    'the connection',
  );

describe('tail', () => {
  test.each<[string, NodeWebSocket | undefined]>([
    ['over a WebSocket', undefined],
    ['P3: by long polling, where a proxy lets no WebSocket through', RefusedWebSocket],
  ])('shows what is broadcast, each once and in order, %s', async (_, WebSocket) => {
    const { shown, done, stop } = watch(WebSocket ? { WebSocket } : {});
    await connected();
    await send('welcome', { seq: 1 });
    for (const seqs of [[3], [2], [2, 3], [4]]) {
      await send('events', { seq: Math.max(...seqs), messages: seqs.map(message) });
    }
    await eventually(() => shown.length >= 4, 'all messages');
    stop();
    await done;
    expect(shown).toEqual([1, 2, 3, 4]);
  });

  test('P2: fetches what it missed as the guest of its connection', async () => {
    const history = () =>
      answer(200, JSON.stringify({ revision: 2, first: 1, seq: 2, messages: [message(2)] }));
    const { shown, identities, done, stop } = watch({ history });
    await connected();
    await send('welcome', { seq: 2 });
    await eventually(() => shown.length === 2, 'what it missed');
    stop();
    await done;
    expect(identities).toEqual([
      [undefined, undefined],
      ['t', 'a=b'],
    ]);
  });

  test('ends when its output cannot be written', async () => {
    const show = async ({ seq }: ChatMessage) => {
      if (seq > 1) throw new OutputFailed(new Error('ENOSPC: no space left on device, write'));
    };
    const { done } = watch({ show });
    await connected();
    await send('events', { seq: 2, messages: [message(2)] });
    await expect(done).rejects.toThrow('unable to write the output; no space left on device.');
  });

  test('ends when a missing part of the history is refused', async () => {
    const body = '{"error":{"code":"banned","message":"unable to join the room; you are banned."}}';
    const { done } = watch({ history: () => answer(403, body) });
    await connected();
    await send('welcome', { seq: 5 });
    await expect(done).rejects.toThrow('you are banned');
  });

  test('continues when another server answers the history for a while', async () => {
    const answers = [answer(403, '<html>'), answer(502)];
    const rest = { revision: 3, first: 1, seq: 3, messages: [message(2), message(3)] };
    const history = () => answers.shift() ?? answer(200, JSON.stringify(rest));
    const { shown, done, stop } = watch({ history });
    await connected();
    await send('welcome', { seq: 3 });
    await eventually(() => shown.length === 3, 'what it missed');
    stop();
    await done;
    expect(shown).toEqual([1, 2, 3]);
  });

  test('reconnects after the service closed the connection, and reports it', async () => {
    const { reports, done, stop } = watch();
    await connected();
    await send('welcome', { seq: 1 });
    const [{ connectionId } = { connectionId: '' }] = stage.upstream.events;
    await rest(stage.service, 'DELETE', `/api/hubs/chat/connections/${connectionId}?reason=Late`);
    await connected(2);
    await send('welcome', { seq: 1 });
    await eventually(() => reports.length === 2, 'two reports');
    stop();
    await done;
    expect(reports).toEqual(['disconnected (Late); connecting again', 'connected again']);
  });

  test('16.6: where a proxy never answers a WebSocket, it polls, and at once when it reconnects', async () => {
    let elapsed = 0;
    const limits: (() => void)[] = [];
    const clock: Clock = {
      now: () => elapsed,
      sleep: (ms, signal) =>
        ms === 10_000
          ? new Promise((resolve) => limits.push(resolve))
          : systemClock.sleep(ms, signal),
    };
    const { shown, done, stop } = watch({ WebSocket: CountedSilence, clock });
    await eventually(() => limits.length === 1, 'the first attempt');
    limits[0]?.();
    await connected();
    const reconnect = async (times: number) => {
      const { connectionId = '' } = stage.upstream.events.at(-1) ?? {};
      await rest(stage.service, 'DELETE', `/api/hubs/chat/connections/${connectionId}`);
      const isNew = () =>
        stage.upstream.events.filter(({ event }) => event === 'connected').length === times;
      await eventually(() => isNew() || CountedSilence.opened > 1, 'the next attempt');
    };
    await reconnect(2);
    await reconnect(3);
    expect(CountedSilence.opened).toBe(1);
    elapsed += 30 * 60_000;
    await reconnect(4);
    expect(CountedSilence.opened).toBe(2);
    stop();
    await done;
    expect(shown).toEqual([1]);
  });

  test('16.6: Ctrl+C ends it while a WebSocket does not open', async () => {
    const { done, stop } = watch({ WebSocket: CountedSilence });
    await eventually(() => CountedSilence.opened === 1, 'the WebSocket');
    stop();
    await done;
  });
});
