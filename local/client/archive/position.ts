// Where an export of all rooms ended, so that another run goes on: `<check>:<rooms>:<messages>`, and behind it
// `:<room>:<last message written>:<last message of the room>` once there is a room.

import type { Option } from '../command-line/declaration.ts';
import { UsageError } from '../command-line/usage-error.ts';

export interface Position {
  /** Of the last line that is written. */
  readonly check: string;
  readonly rooms: number;
  readonly messages: number;
  readonly room?: RoomPosition;
}

/** It is written up to message `after`. It is whole if that is `seq`. */
export interface RoomPosition {
  readonly name: string;
  readonly after: number;
  /** The room's last number when its export began. */
  readonly seq: number;
}

/** Print it behind `--resume=`, because it may begin with a hyphen. */
export function formatPosition({ check, rooms, messages, room }: Position): string {
  const inRoom = room ? `:${room.name}:${room.after}:${room.seq}` : '';
  return `${check}:${rooms}:${messages}${inRoom}`;
}

const NUMBER = String.raw`(?:0|[1-9]\d{0,14})`;
const POSITION = new RegExp(
  String.raw`^(?<check>[\w-]{11}):(?<rooms>${NUMBER}):(?<messages>${NUMBER})(?::(?<name>[^:]{1,256}):(?<after>${NUMBER}):(?<seq>${NUMBER}))?$`,
);

export const POSITION_OPTION: Option<Position | undefined> = {
  takes: 'WHERE',
  about: 'with --all: go on where a run ended, by what it said; append the output',
  parse: (text, name) => {
    if (text === undefined) return undefined;
    const groups = POSITION.exec(text)?.groups;
    if (!groups) {
      throw new UsageError(
        `${name} is ${JSON.stringify(text)}, and has to be what a run that ended early said`,
      );
    }
    const { check = '', rooms, messages, name: room, after, seq } = groups;
    return {
      check,
      rooms: Number(rooms),
      messages: Number(messages),
      ...(room === undefined
        ? {}
        : { room: { name: room, after: Number(after), seq: Number(seq) } }),
    };
  },
};
