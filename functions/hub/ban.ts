// A moderator invoked `ban(userId, minutes, {reason?})`: bans the user from the room, and ends the user's connections there.

import type { Deps } from '../deps.ts';
import { banUser } from '../moderation/ban-user.ts';
import { notModerator, refusalToBan, roleIn } from '../moderation/moderator-rights.ts';
import {
  ChatError,
  DISCONNECTED,
  isUserId,
  MAX_USER_ID_BYTES,
  type ModerationResult,
} from '../protocol.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { reasonIn } from './moderator-arguments.ts';
import { refusedCall } from './refused-call.ts';

/** A week. Longer bans need a function key. */
const MAX_BAN_MINUTES = 7 * 24 * 60;

/** Answers a {@link ModerationResult}, and never throws. */
export async function ban(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await banPerson(call, deps);
  } catch (error) {
    return refusedCall(error, 'ban the person');
  }
}

async function banPerson(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { userId: by, room } = await readCaller(call, deps);
  const userId = parseUserId(call.arguments[0]);
  const minutes = parseMinutes(call.arguments[1]);
  const reason = reasonIn(call.arguments[2], DISCONNECTED);
  if (!(await roleIn(room, by, deps))) throw notModerator('ban the person');
  const refusal = refusalToBan(userId, by, deps);
  if (refusal) throw refusal;
  const bannedUntil = deps.now() + minutes * 60_000;
  await banUser(room, { userId, by }, bannedUntil, reason, deps);
  return {
    actions: [],
    result: { ok: true } satisfies ModerationResult,
    about: { room, user: userId, bannedUntil, moderator: by },
  };
}

function parseUserId(value: unknown): string {
  if (typeof value === 'string' && isUserId(value)) return value;
  throw new ChatError(
    'bad_request',
    `unable to ban the person; the first argument is no user id of at most ${MAX_USER_ID_BYTES} bytes. Take the id from the people in the room.`,
  );
}

function parseMinutes(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_BAN_MINUTES) {
    return Number(value);
  }
  throw new ChatError(
    'bad_request',
    `unable to ban the person; the minutes must be a whole number from 1 to ${MAX_BAN_MINUTES}. Correct it.`,
  );
}
