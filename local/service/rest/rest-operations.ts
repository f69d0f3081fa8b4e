// The operation of each REST call on a hub.

import type { ClientConnection, CloseMessage } from '../connections/client-connection.ts';
import { type PageRequest, toPage } from '../connections/group-members.ts';
import type { LiveHub } from '../connections/hubs.ts';
import type { RestCall } from '../counts.ts';
import { HttpError } from '../http/http-error.ts';
import type { OutgoingMessage } from '../hub-protocol/encoded-message.ts';
import type { Invocation } from '../hub-protocol/hub-protocol.ts';

/** A call with checked parameters. */
export interface RestRequest {
  readonly live: LiveHub;
  /** From the path. Empty if the route has no such part. */
  readonly group: string;
  readonly user: string;
  readonly connection: string;
  /** Connection ids. */
  readonly excluded: ReadonlySet<string>;
  readonly reason: string | undefined;
  readonly ttlSeconds: number | undefined;
  readonly page: PageRequest;
  /** Contents of a client token. */
  readonly tokenUserId: string | undefined;
  readonly tokenMinutes: number;
  /** Signs a client token for the hub, as a negotiate function would. */
  readonly signToken: (claims: Readonly<Record<string, string>>, minutes: number) => string;
  /** This request's URL with other query parameters. */
  readonly linkWith: (parameters: Readonly<Record<string, string | undefined>>) => string;
  /** Behave as the official emulator, see `compat.ts`. */
  readonly compat: boolean;
  /** Whether the path is one of v1, the oldest version. */
  readonly isV1: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type RestAnswer =
  /** With JSON if the call returns something. */
  | { readonly found: true; readonly json?: string }
  /** The client was asked and did not answer, or answered with an error. */
  | { readonly failed: 'client error' | 'no answer'; readonly message: string }
  /** `code` shows the SDK that the 404 comes from the service. */
  | { readonly found: false; readonly code: string; readonly message: string };

export interface Operation {
  readonly counted: RestCall;
  /** Whether the body is a message. */
  readonly takesMessage: boolean;
  run(
    request: RestRequest,
    message: OutgoingMessage<Invocation> | undefined,
  ): RestAnswer | Promise<RestAnswer>;
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
  takesMessage: false,
  run(request) {
    const found = request.live.hub.connection(request.connection);
    // v1 has 202 and 400 only.
    const isFine = request.compat || request.isV1;
    if (!found) return isFine ? DONE : noConnection('Warning.Connection.NotExisted');
    close(found, request);
    return DONE;
  },
};

/** Invokes a target on the client and returns its result and the result's protocol. Since 2024-12-01. */
export const invokeConnection: Operation = {
  counted: 'invokes',
  takesMessage: true,
  async run({ live, connection }, message) {
    const found = live.hub.connection(connection);
    if (!found || !message) return noConnection('Error.Connection.NotExisted');
    const result = await found.invoke(message.message);
    if (result === 'gone') return noConnection('Error.Connection.NotExisted');
    if (result === 'no answer') {
      return { failed: 'no answer', message: 'the client gave no answer in time' };
    }
    if (!result.ok) {
      return {
        failed: 'client error',
        message: `the client answered with an error: ${result.error}`,
      };
    }
    const protocol = JSON.stringify(found.protocolName);
    return { found: true, json: `{"result":${result.json},"protocol":${protocol}}` };
  },
};

/** A call of the service that this emulator lacks. Its 501 says so, where a 404 would blame the address. */
export function notImplemented(name: string): Operation {
  return {
    counted: 'checks',
    takesMessage: false,
    run() {
      throw new HttpError(
        501,
        'NotImplemented',
        `unable to do ${name}; this emulator does not have this call of the service. Test it on Azure.`,
      );
    },
  };
}

/** The connections in a group, page by page. Since 2024-12-01. */
export const listGroup: Operation = {
  counted: 'checks',
  takesMessage: false,
  run({ live, group, page, linkWith }) {
    const { value, next } = toPage(live.hub.inGroup(group), page);
    const nextLink =
      next &&
      linkWith({
        continuationToken: next.after,
        ...(next.top === undefined ? {} : { top: String(next.top) }),
      });
    return { found: true, json: JSON.stringify({ value, nextLink }) };
  },
};

/** A client token, as a negotiate function would sign it. Since 2022-11-01. */
export const generateToken: Operation = {
  counted: 'tokens',
  takesMessage: false,
  async run({ tokenUserId, tokenMinutes, signToken }) {
    const claims: Record<string, string> = tokenUserId ? { 'asrs.s.uid': tokenUserId } : {};
    const token = signToken(claims, tokenMinutes);
    return { found: true, json: JSON.stringify({ token }) };
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
  takesMessage: false,
  run({ live, group, connection }) {
    const found = live.hub.connection(connection);
    if (!found) return noConnection('Error.Connection.NotExisted');
    live.hub.join(group, found);
    return DONE;
  },
};

/** Succeeds also for a connection that is not a member: the Functions extension fails a function on any 404 here. */
export const connectionLeaves: Operation = {
  counted: 'groupChanges',
  takesMessage: false,
  run({ live, group, connection, compat }) {
    const found = live.hub.connection(connection);
    const isMember = found !== undefined && live.hub.inGroup(group).has(found);
    if (isMember) live.hub.leave(group, found);
    return isMember || !compat ? DONE : noConnection('Error.Connection.NotExisted');
  },
};
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
    takesMessage: true,
    run(request, message) {
      if (!message) return DONE;
      let messages = 0;
      let billed = 0;
      for (const connection of audience(request)) {
        if (request.excluded.has(connection.id)) continue;
        messages += 1;
        billed += connection.send(message);
      }
      request.live.counter.outbound(messages, billed);
      return DONE;
    },
  };
}

function closeAll(audience: Audience): Operation {
  return {
    counted: 'closes',
    takesMessage: false,
    run(request) {
      // A copy, because closing removes connections from the set.
      for (const connection of [...audience(request)]) {
        if (request.compat || !request.excluded.has(connection.id)) close(connection, request);
      }
      return DONE;
    },
  };
}

function close(connection: ClientConnection, request: RestRequest): void {
  if (request.compat) connection.askToLeave(toClose(request));
  else connection.close(toClose(request));
}

/** A client with automatic reconnect reconnects, as with the real service. An empty reason is none. */
function toClose({ reason }: RestRequest): CloseMessage {
  return { error: reason || undefined, allowReconnect: true };
}

function check(
  exists: (request: RestRequest) => boolean,
  code: string,
  message: string,
): Operation {
  return {
    counted: 'checks',
    takesMessage: false,
    run: (request) => (exists(request) ? DONE : { found: false, code, message }),
  };
}

function change(apply: (request: RestRequest) => void): Operation {
  return {
    counted: 'groupChanges',
    takesMessage: false,
    run(request) {
      apply(request);
      return DONE;
    },
  };
}

function noConnection(code: string): RestAnswer {
  return { found: false, code, message: 'no such connection is open' };
}
