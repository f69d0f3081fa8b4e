// Judges what the doctor has seen: which hop is broken, and the cure. Pure.

import { toQuotaError } from '../../../functions/protocol.ts';
import type { HealthFacts } from '../api/answers.ts';
import { broken, ok, skipped, type Verdict } from './hops.ts';
import {
  type ConnectFacts,
  type Exchange,
  isUnreachable,
  type Seen,
  type SendFacts,
  type Unreachable,
} from './observations.ts';

const MINUTE_MS = 60_000;
/** Azure refuses a token whose times are further away. */
const MOST_CLOCK_DIFFERENCE_MS = 5 * MINUTE_MS;
/** The timer runs every minute. */
const TIMER_IS_LATE_MS = 10 * MINUTE_MS;

export function judgePage(page: Exchange, script: Exchange | undefined): Verdict {
  if (isUnreachable(page)) return unreachableChat(page);
  const foreign = judgePlatformSignIn(page);
  if (foreign) return foreign;
  if (page.status === 204) {
    return broken('the host answers 204: it has loaded no functions', NOT_LOADED);
  }
  if (page.status !== 200 || !/<div id="page">/.test(page.text)) {
    const to = page.location === null ? '' : ` and sends us to ${page.location.slice(0, 200)}`;
    return broken(
      `it answers ${page.status}${to}, and that is not the page of the chat`,
      'Deploy the package that npm run package makes, or check --url.',
    );
  }
  if (!script || isUnreachable(script) || script.status !== 200) {
    return broken(
      'the page is there, and its script is not',
      'Deploy the package that npm run package makes once more, because this one is not whole.',
    );
  }
  return ok('200, the page and its script');
}

const NOT_LOADED =
  'Correct the setting that the log names behind "unable to load entry point", mostly AzureSignalRConnectionString, and restart the app.';

function unreachableChat({ reason, remedy }: Unreachable): Verdict {
  return broken(
    `nothing answers: ${reason}`,
    remedy ??
      'Check --url, and that the chat runs: npm start on this machine, the function app on Azure.',
  );
}

/** App Service Authentication in front of the app. */
function judgePlatformSignIn(seen: Seen): Verdict | undefined {
  const { status, location, asksForSignIn } = seen;
  const isSentToSignIn =
    location !== null && /login\.microsoftonline\.|\/\.auth\/login/.test(location);
  if (!isSentToSignIn && !((status === 401 || status === 403) && asksForSignIn)) return undefined;
  return broken(
    `the platform's own authentication answers ${status}`,
    'Let App Service Authentication pass requests without a sign-in, or turn it off: the chat has its own, the setting CHAT_AUTH.',
  );
}

/** The functions answer as the chat does. `health` is undefined if the answer is somebody else's. */
export function judgeFunctions(health: HealthFacts | undefined, seen: Exchange): Verdict {
  if (health) return ok('they answer');
  if (isUnreachable(seen)) return unreachableChat(seen);
  const foreign = judgePlatformSignIn(seen);
  if (foreign) return foreign;
  return seen.status === 404
    ? broken('404: the app has loaded no function health', NOT_LOADED)
    : broken(
        `${seen.status}, and that is not the chat's answer`,
        'Check --url, and in the log why the app has stopped or is still being deployed.',
      );
}

/** @param chat the functions' clock less ours, ms. @param service the same of the service */
export function judgeClock(chat: number | undefined, service: number | undefined): Verdict {
  if (chat === undefined || service === undefined) return skipped('one of them says no time');
  const seconds = Math.round((chat - service) / 1_000);
  if (Math.abs(chat - service) <= MOST_CLOCK_DIFFERENCE_MS) {
    return ok(`${Math.abs(seconds)} s between functions and service`);
  }
  return broken(
    `the functions' clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the service's`,
    'Set the clock of the machine with the functions, because the service refuses their tokens when it is off by more than 5 minutes.',
  );
}

/** A part as health describes it: `ok`, or a sentence *unable to X; reason. What to do.* */
export function judgePart(sentence: string | undefined): Verdict {
  if (sentence === undefined) return skipped('health does not answer');
  if (sentence === 'ok') return ok('ok, as the functions see it');
  const [, found = sentence, cure = 'Look at the log of the function health.'] =
    /^(.+?)\. (.+)$/.exec(sentence) ?? [];
  return broken(found, cure);
}

export interface Refused {
  readonly code: string;
  readonly message: string;
}

/** @param refusal of the chat itself @param hasInfo whether it answered where to connect @param hasToken of an account */
export function judgeNegotiate(
  seen: Exchange,
  refusal: Refused | undefined,
  { hasInfo, hasToken }: { readonly hasInfo: boolean; readonly hasToken: boolean },
): Verdict {
  if (hasInfo) return ok('where to connect, and a ticket');
  if (isUnreachable(seen)) return unreachableChat(seen);
  if (refusal?.code === 'not_signed_in' && !hasToken) {
    return skipped(
      'people sign in to this chat; give the token of an account by --token to check the rest',
    );
  }
  if (refusal) return judgePart(refusal.message);
  const foreign = judgePlatformSignIn(seen);
  if (foreign) return foreign;
  return broken(
    `${seen.status}: the host makes no address and token for a client`,
    'Correct AzureSignalRConnectionString: it is missing, cut, or has no AccessKey; with …__serviceUri the identity of the app needs the role SignalR Service Owner.',
  );
}

const MODE =
  /'\w+' service mode|app servers are not connected|is not connected (?:yet|to your server)/i;

/** @param now epoch ms, for the end of a quota */
export function judgeConnect(
  { host, negotiated, failure }: ConnectFacts,
  clock: Verdict,
  now: number,
): Verdict {
  if (failure === undefined) return ok(`connected to ${host}`);
  const text = `${negotiated && !isUnreachable(negotiated) ? negotiated.text : ''} ${failure}`;
  if (MODE.test(text)) {
    return broken(
      `${host} waits for app servers: its mode is not Serverless`,
      'Set the Service Mode of the SignalR Service to Serverless (in the templates: the feature ServiceMode).',
    );
  }
  const quota = toQuotaError(text, now);
  if (quota) return judgePart(quota.message);
  if (negotiated === undefined || isUnreachable(negotiated)) {
    return broken(
      `${host} cannot be reached: ${negotiated?.reason ?? failure}`,
      'Check Endpoint and ClientEndpoint in AzureSignalRConnectionString (or …__serviceUri), that the service runs, and that its network rules let clients in.',
    );
  }
  const { status } = negotiated;
  if (status === 401) return refusedToken(host, clock);
  if (status === 403) {
    return broken(
      `${host} answers 403`,
      'Let the network rules of the SignalR Service allow ClientConnection from here.',
    );
  }
  if (status !== 200) {
    return broken(
      `${host} answers ${status}`,
      status === 404
        ? 'Check Endpoint in AzureSignalRConnectionString, because no SignalR Service is there.'
        : 'Look at the health of the SignalR Service, and try again later.',
    );
  }
  return broken(
    `${host} takes no connection: ${failure}`,
    'Look at the connectivity log of the SignalR Service, and whether something between here and there ends connections.',
  );
}

function refusedToken(host: string, clock: Verdict): Verdict {
  return broken(
    `${host} refuses the token of the functions (401)`,
    clock.state === 'broken'
      ? clock.cure
      : 'Copy the AccessKey of this very service into AzureSignalRConnectionString again, because another key has signed the token.',
  );
}

export function judgeWebSockets({
  host,
  isPolling,
}: Pick<ConnectFacts, 'host' | 'isPolling'>): Verdict {
  if (!isPolling) return ok('open');
  return broken(
    'connected, but only by long polling',
    `Let the proxies and firewalls between here and ${host} pass WebSockets, because no setting of the chat can: long polling is slower.`,
  );
}

export function judgeOutput(isWelcome: boolean): Verdict {
  if (isWelcome) return ok('the welcome came');
  return broken('the functions have the event, and their welcome does not come', `${OUTPUT_CURE}.`);
}

const OUTPUT_CURE =
  'Let the SignalR output of the functions reach the same service: give the identity of the app the role SignalR Service Owner (it takes some minutes), or copy the AccessKey into AzureSignalRConnectionString again';

export function judgeSend(sent: SendFacts): Verdict {
  switch (sent.kind) {
    case 'answered':
      if (sent.result.ok) return ok(`stored as message ${sent.result.seq}`);
      return judgePart(sent.result.message);
    case 'nothing':
      return broken(
        'the host returns no answers of functions',
        'Let extensionBundle in host.json ask for 4.23.0 or later, and deploy the code again.',
      );
    case 'failed':
      return broken(
        `the function message fails: ${sent.reason}`,
        'Look at the failures of the function message in the log, mostly its SignalR output: the role SignalR Service Owner, or AzureSignalRConnectionString.',
      );
    case 'silent':
      return broken(
        'no answer',
        'Look whether the function message runs at all, because the service got no answer from it: the log has a line "call" for each.',
      );
  }
}

export function judgeHear(isHeard: boolean): Verdict {
  if (isHeard) return ok('the broadcast came');
  return broken('the line is stored, and its broadcast does not come', `${OUTPUT_CURE}.`);
}

/** @param online of the room afterwards. Undefined if the chat does not say */
export function judgeLeave(online: number | undefined): Verdict {
  if (online === 0) return ok('the room is empty again');
  if (online === undefined) return skipped('the chat does not list the members');
  return broken(
    'the event disconnected does not reach the functions',
    'Let the upstream of the SignalR Service send all events (event pattern *, category connections); the timer removes the lost connection in six minutes.',
  );
}

export function judgeTimer(health: HealthFacts | undefined): Verdict {
  if (health?.hasTimes !== true || health.now === undefined) {
    return skipped('health does not say when it ran');
  }
  if (health.cleanupAt === undefined) {
    return skipped('it has not run yet; ask again in two minutes');
  }
  const late = health.now - health.cleanupAt;
  const found = `its last run ended ${Math.round(late / 1_000)} s ago`;
  if (late <= TIMER_IS_LATE_MS) return ok(found);
  return broken(
    found,
    'Restart the app, and deploy the code again if that does not help; the setting AzureWebJobs.cleanup.Disabled must not be true, and the log has the failures of the function cleanup.',
  );
}
