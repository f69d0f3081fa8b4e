// The messages that loaded messages answer, and that the log does not have: fetched when they come into sight, each once. Pure.

import { type ChatMessage, type History, isLine } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';
import { announce, type MessageLog } from './message-log.ts';

/** What is known of a message. */
export type Known = ChatMessage | 'gone' | undefined;

export interface Answers {
  /** By number, the last one fetched at the end. */
  readonly fetched: ReadonlyMap<number, Exclude<Known, undefined>>;
  /** In their order. */
  readonly wanted: readonly number[];
  readonly asked: ReadonlySet<number>;
  /** Announcements up to this number of the log are applied. */
  readonly to: number;
}

/** So many are kept, and so many wait. */
export const MOST_KEPT = 200;
/** So many requests are under way at once. */
export const MOST_ASKED = 3;

export const NO_ANSWERS: Answers = { fetched: new Map(), wanted: [], asked: new Set(), to: 0 };

/** What the log or an earlier request says of a message. */
export function knownOf(log: MessageLog, answers: Answers, seq: number): Known {
  if (log.to === undefined) return undefined;
  if (seq < log.first) return 'gone';
  if (seq < log.from) return answers.fetched.get(seq);
  const message = log.shown[indexOf(log.shown, seq)];
  if (message?.seq === seq && isLine(message)) return message;
  return seq <= log.to ? 'gone' : undefined;
}

/** Notes that a message is in sight. */
export function want(answers: Answers, seq: number): Answers {
  const { fetched, wanted, asked } = answers;
  if (fetched.has(seq) || asked.has(seq) || wanted.includes(seq)) return answers;
  return { ...answers, wanted: [...wanted, seq].slice(-MOST_KEPT) };
}

/** The next number to ask for, if another request may begin. The last one wanted is in sight for certain. */
export function nextToAsk({ wanted, asked }: Answers): number | undefined {
  return asked.size < MOST_ASKED ? wanted.at(-1) : undefined;
}

export function markAsked(answers: Answers, seq: number): Answers {
  const wanted = answers.wanted.filter((one) => one !== seq);
  return { ...answers, wanted, asked: new Set(answers.asked).add(seq) };
}

/** The answer to the request for message `seq`: undefined if none came, and the message may be wanted again. */
export function addAnswer(
  answers: Answers,
  log: MessageLog,
  seq: number,
  history: History | undefined,
): Answers {
  const asked = new Set(answers.asked);
  asked.delete(seq);
  if (!history) return { ...answers, asked };
  const [found] = history.messages;
  const is = found?.seq === seq && isLine(found);
  const message = is ? afterNews(found, newsAfter(log, history.seq)) : ('gone' as const);
  const fetched = new Map(answers.fetched).set(seq, message);
  const [oldest] = fetched.keys();
  if (fetched.size > MOST_KEPT && oldest !== undefined) fetched.delete(oldest);
  return { ...answers, asked, fetched };
}

/** Applies the edits and removals that the log has since the last call. A log that has started over leaves nothing. */
export function follow(answers: Answers, log: MessageLog): Answers {
  const to = log.to ?? 0;
  if (to < answers.to) return NO_ANSWERS;
  if (to === answers.to) return answers;
  const news = newsAfter(log, answers.to);
  if (news.length === 0) return { ...answers, to };
  const fetched = new Map(
    [...answers.fetched].map(([seq, known]) => [
      seq,
      known === 'gone' ? known : afterNews(known, news),
    ]),
  );
  return { ...answers, fetched, to };
}

/** The announcements after a number. */
function newsAfter({ shown }: MessageLog, seq: number): readonly ChatMessage[] {
  return shown.slice(indexOf(shown, seq + 1)).filter((message) => !isLine(message));
}

function afterNews(message: ChatMessage, news: readonly ChatMessage[]): ChatMessage {
  return news
    .filter(({ edits, deletes }) => (edits ?? deletes) === message.seq)
    .reduce(announce, message);
}
