// The debug page: what it shows, and what it never shows.

import { describe, expect, test } from '@jest/globals';
import { rest } from './hub-client.ts';
import { stageService } from './stage.ts';

describe('with inspect', () => {
  const stage = stageService({ inspect: true });

  test('the state has hubs, connections, groups and the last events', async () => {
    const client = await stage.client({ userId: '<b>ada</b>' });
    const { connectionId } = client;
    await rest(stage.service, 'PUT', `/api/hubs/chat/groups/g/connections/${connectionId}`);
    const response = await fetch(`${stage.service.endpoint}/emulator/state`);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      counts: { connections: 1 },
      hubs: [
        {
          name: 'chat',
          connections: [
            {
              id: connectionId,
              userId: '<b>ada</b>',
              protocol: 'json',
              transport: 'WebSockets',
              groups: ['g'],
            },
          ],
          groups: [{ name: 'g', connections: 1 }],
        },
      ],
      lives: [
        {
          id: connectionId,
          hub: 'chat',
          user: '"<b>ada</b>"',
          isOver: false,
          steps: expect.arrayContaining([{ text: 'connected (json over WebSockets)', times: 1 }]),
        },
      ],
      lines: expect.arrayContaining([
        expect.objectContaining({ text: expect.stringContaining('connected (json') }),
      ]),
    });
    // Tokens begin so: base64url of {"alg
    expect(text).not.toContain('eyJ');
  });

  test('the page is HTML that may load nothing from elsewhere', async () => {
    const response = await fetch(`${stage.service.endpoint}/emulator/`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await response.text();
    expect(html).toContain('<title>SignalR emulator</title>');
    expect(html).toMatch(
      /Nobody has connected yet\.[\s\S]+AzureSignalRConnectionString[\s\S]+--upstream/,
    );
  });

  test('an unknown page gets 404', async () => {
    expect((await fetch(`${stage.service.endpoint}/emulator/x`)).status).toBe(404);
  });
});

describe('without inspect', () => {
  const stage = stageService();

  test.each(['/emulator/', '/emulator/state'])('%s does not exist', async (path) => {
    expect((await fetch(`${stage.service.endpoint}${path}`)).status).toBe(404);
  });
});
