// What each REST call does to a hub.

import type { ClientConnection, CloseMessage } from './client-connection.ts';
import type { RestCall } from './counts.ts';
import { OutgoingMessage } from './encoded-message.ts';
import type { ServiceMessage } from './hub-protocol.ts';
import type { LiveHub } from './hubs.ts';

/** A call whose parts have been checked. */
export interface RestRequest {
  readonly live: LiveHub;
  /** From the path; empty where the route has no such part. */
  readonly group: string;
  readonly user: string;
  readonly connection: string;
  /** Connection ids. */
  readonly excluded: ReadonlySet<string>;
  readonly reason: string | undefined;
  readonly ttlSeconds: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type RestAnswer =
  | { readonly found: true }
  /** `code` tells the SDK that this 404 comes from the service and means what it says. */
  | { readonly found: false; readonly code: string; readonly message: string };

export interface Operation {
  readonly counted: RestCall;
  run(request: RestRequest, message: ServiceMessage | undefined): RestAnswer;
}

type Audience = (request: RestRequest) => Iterable<ClientConnection>;

const DONE: RestAnswer = { found: true };

const everybody: Audience = ({ live }) => live.hub.all();
const theGroup: Audience = ({ live, group }) => live.hub.inGroup(group);
const theUser: Audience = ({ live, user }) => live.hub.ofUser(user);
const theConnection: Audience = ({ live, connection }) => {
  const found = live.hub.connection(connection);
  return found ? [found] : [];
};

export const broadcast = sendTo('broadcast', everybody);
export const sendToGroup = sendTo('group', theGroup);
export const sendToUser = sendTo('user', theUser);
export const sendToConnection = sendTo('connection', theConnection);

export const closeEverybody = closeAll(everybody);
export const closeGroup = closeAll(theGroup);
export const closeUser = closeAll(theUser);

export const closeConnection: Operation = {
  counted: 'closes',
  run(request) {
    const found = request.live.hub.connection(request.connection);
    if (!found) return noConnection('Warning.Connection.NotExisted');
    found.close(toClose(request));
    return DONE;
  },
};

export const connectionExists = check(
  ({ live, connection }) => live.hub.connection(connection) !== undefined,
  'Warning.Connection.NotExisted',
  'no such connection is open',
);
export const userExists = check(
  ({ live, user }) => live.hub.ofUser(user).size > 0,
  'Warning.User.NotExisted',
  'this user has no open connection',
);
export const groupExists = check(
  ({ live, group }) => live.hub.inGroup(group).size > 0,
  'Warning.Group.NotExisted',
  'this group has no open connection',
);
export const userIsInGroup = check(
  ({ live, user, group, now }) => live.hub.isUserInGroup(group, user, now),
  'Info.User.NotInGroup',
  'this user is not in this group',
);

export const connectionJoins: Operation = {
  counted: 'groupChanges',
  run({ live, group, connection }) {
    const found = live.hub.connection(connection);
    if (!found) return noConnection('Error.Connection.NotExisted');
    live.hub.join(group, found);
    return DONE;
  },
};

/** Done also for who is not a member: the Functions extension fails a function on any 404 here. */
export const connectionLeaves = change(({ live, group, connection }) => {
  const found = live.hub.connection(connection);
  if (found) live.hub.leave(group, found);
});
export const connectionLeavesAll = change(({ live, connection }) => {
  const found = live.hub.connection(connection);
  if (found) live.hub.leaveAll(found);
});
export const userJoins = change(({ live, group, user, ttlSeconds, now }) => {
  live.hub.joinUser(group, user, ttlSeconds, now);
});
export const userLeaves = change(({ live, group, user }) => {
  live.hub.leaveUser(group, user);
});
export const userLeavesAll = change(({ live, user }) => {
  live.hub.leaveAllUser(user);
});

function sendTo(counted: RestCall, audience: Audience): Operation {
  return {
    counted,
    run(request, message) {
      if (!message) return DONE;
      const outgoing = new OutgoingMessage(message);
      let messages = 0;
      let billed = 0;
      for (const connection of audience(request)) {
        if (request.excluded.has(connection.id)) continue;
        messages += 1;
        billed += connection.send(outgoing);
      }
      request.live.counter.outbound(messages, billed);
      return DONE;
    },
  };
}

function closeAll(audience: Audience): Operation {
  return {
    counted: 'closes',
    run(request) {
      const message = toClose(request);
      // A copy: closing takes connections out of the set that is being walked.
      for (const connection of [...audience(request)]) {
        if (!request.excluded.has(connection.id)) connection.close(message);
      }
      return DONE;
    },
  };
}

/** A client with automatic reconnect comes back, as it does with the real service. */
function toClose({ reason }: RestRequest): CloseMessage {
  return { error: reason, allowReconnect: true };
}

function check(
  exists: (request: RestRequest) => boolean,
  code: string,
  message: string,
): Operation {
  return {
    counted: 'checks',
    run: (request) => (exists(request) ? DONE : { found: false, code, message }),
  };
}

function change(apply: (request: RestRequest) => void): Operation {
  return {
    counted: 'groupChanges',
    run(request) {
      apply(request);
      return DONE;
    },
  };
}

function noConnection(code: string): RestAnswer {
  return { found: false, code, message: 'no such connection is open' };
}
