import { beforeEach, describe, expect, test } from '@jest/globals';
import { Hub, type HubConnection } from '../../../../local/service/connections/hub.ts';
import { MAX_GROUPS_WITHOUT_TTL } from '../../../../local/service/connections/user-groups.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
const YEAR = 365 * 24 * 3_600 * SECOND;

let hub: Hub<HubConnection>;

beforeEach(() => {
  hub = new Hub();
});

function connect(id: string, userId?: string, now = NOW): HubConnection {
  const connection = { id, userId };
  hub.add(connection, now);
  return connection;
}

describe('connections', () => {
  test('are found by id and by user until they are removed', () => {
    const one = connect('1', 'ada');
    const two = connect('2', 'ada');
    expect([...hub.all()]).toEqual([one, two]);
    expect(hub.connection('1')).toBe(one);
    expect([...hub.ofUser('ada')]).toEqual([one, two]);
    hub.remove(one);
    hub.remove(one);
    expect(hub.connection('1')).toBeUndefined();
    expect([...hub.ofUser('ada')]).toEqual([two]);
  });

  test('without a user are nobody’s', () => {
    connect('1');
    expect(hub.ofUser('').size).toBe(0);
  });
});

describe('connection groups', () => {
  test('hold each connection once, until it leaves', () => {
    const one = connect('1');
    hub.join('room', one);
    hub.join('room', one);
    expect([...hub.inGroup('room')]).toEqual([one]);
    expect(hub.inGroup('Room').size).toBe(0);
    hub.leave('room', one);
    hub.leave('room', one);
    expect(hub.inGroup('room').size).toBe(0);
  });

  test('end with the connection', () => {
    const one = connect('1', 'ada');
    hub.join('room', one);
    hub.remove(one);
    expect(hub.inGroup('room').size).toBe(0);
    connect('2', 'ada');
    expect(hub.inGroup('room').size).toBe(0);
  });

  test('are left together', () => {
    const one = connect('1');
    hub.join('a', one);
    hub.join('b', one);
    hub.leaveAll(one);
    expect([hub.inGroup('a').size, hub.inGroup('b').size]).toEqual([0, 0]);
  });
});

describe('user groups', () => {
  test('include the current and the later connections of the user', () => {
    const one = connect('1', 'ada');
    hub.joinUser('room', 'ada', undefined, NOW);
    const two = connect('2', 'ada');
    connect('3', 'bob');
    expect([...hub.inGroup('room')]).toEqual([one, two]);
    expect(hub.isUserInGroup('room', 'ada', NOW)).toBe(true);
    expect(hub.isUserInGroup('room', 'bob', NOW)).toBe(false);
  });

  test('outlive the user’s last connection', () => {
    hub.joinUser('room', 'ada', undefined, NOW);
    hub.remove(connect('1', 'ada'));
    const later = connect('2', 'ada', NOW + YEAR - 1);
    expect([...hub.inGroup('room')]).toEqual([later]);
  });

  test('without a TTL end after a year', () => {
    hub.joinUser('room', 'ada', undefined, NOW);
    connect('1', 'ada', NOW + YEAR);
    expect(hub.inGroup('room').size).toBe(0);
  });

  test('with a TTL of 0 hold the current connections only', () => {
    const one = connect('1', 'ada');
    hub.joinUser('room', 'ada', 0, NOW);
    connect('2', 'ada');
    expect([...hub.inGroup('room')]).toEqual([one]);
    expect(hub.isUserInGroup('room', 'ada', NOW)).toBe(false);
  });

  test('expire for later connections, not for current ones', () => {
    const one = connect('1', 'ada');
    hub.joinUser('room', 'ada', 10, NOW);
    const two = connect('2', 'ada', NOW + 10 * SECOND - 1);
    hub.sweep(NOW + 10 * SECOND);
    connect('3', 'ada', NOW + 10 * SECOND);
    expect([...hub.inGroup('room')]).toEqual([one, two]);
  });

  test('take the TTL of the last update', () => {
    hub.joinUser('room', 'ada', 1_000, NOW);
    hub.joinUser('room', 'ada', 1, NOW);
    expect(hub.isUserInGroup('room', 'ada', NOW + 2 * SECOND)).toBe(false);
  });

  test('without a TTL are the hundred most recently updated', () => {
    for (let index = 0; index < MAX_GROUPS_WITHOUT_TTL; index += 1) {
      hub.joinUser(`g${index}`, 'ada', undefined, NOW);
    }
    hub.joinUser('timed', 'ada', 60, NOW);
    hub.joinUser('g0', 'ada', undefined, NOW);
    hub.joinUser('one more', 'ada', undefined, NOW);
    const isIn = (group: string) => hub.isUserInGroup(group, 'ada', NOW);
    expect([isIn('g0'), isIn('g1'), isIn('g2'), isIn('one more'), isIn('timed')]).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  test('remove connections that were added one by one, too', () => {
    const one = connect('1', 'ada');
    hub.join('room', one);
    hub.leaveUser('room', 'ada');
    expect(hub.inGroup('room').size).toBe(0);
  });

  test('are left together, also by a user without a group', () => {
    connect('1', 'ada');
    hub.joinUser('a', 'ada', undefined, NOW);
    hub.joinUser('b', 'ada', 60, NOW);
    hub.leaveAllUser('ada');
    hub.leaveAllUser('nobody');
    connect('2', 'ada');
    expect([hub.inGroup('a').size, hub.inGroup('b').size]).toEqual([0, 0]);
  });
});
