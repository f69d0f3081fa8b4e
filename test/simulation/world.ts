// One simulated world: storage, service, functions, people. First a storm with the faults that the seed draws. Then no
// faults, and the world must come to rest. Then a good day, on which everything must be quick.

import type { Archive } from './archive.ts';
import { AuthorChecks } from './author-checks.ts';
import { Crowd } from './crowd.ts';
import { Editors } from './editors.ts';
import { Eraser } from './eraser.ts';
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts';
import { Fleet } from './fleet.ts';
import { Importer } from './importer.ts';
import { Ledger } from './ledger.ts';
import { Publisher } from './publisher.ts';
import { Reactors } from './reactors.ts';
import { Scheduler } from './scheduler.ts';
import { type Ask, openHttp } from './simulated-http.ts';
import type { HttpAsked } from './simulated-instance.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { type PageNeeds, SimulatedPage } from './simulated-page.ts';
import { SimulatedService } from './simulated-service.ts';
import { SimulatedTable } from './simulated-table.ts';
import { ROOM, type Simulation, type Subject } from './simulation.ts';
import { type Traits, traitsOf } from './traits.ts';
import { EPOCH_MS } from './virtual-time.ts';

export const TIMER_EVERY_MS = 60_000;

export class World implements Simulation {
  readonly traits: Traits;
  readonly scheduler: Scheduler;
  readonly subject: Subject;
  readonly ledger = new Ledger((claim) => this.fail(claim));
  readonly table: SimulatedTable;
  readonly service: SimulatedService;
  readonly fleet: Fleet;
  readonly publisher: Publisher;
  /** Pending moderator requests. */
  pendingRequests = 0;
  readonly crowd: Crowd;
  readonly reactors = new Reactors(this);
  readonly editors = new Editors(this);
  readonly authors: AuthorChecks;
  eraser: Eraser | undefined;
  readonly pages: SimulatedPage[] = [];
  faults: Faults;
  /** The first failed check, and its time. */
  broken: string | undefined;
  readonly #needs: PageNeeds;
  readonly #office: Ask;
  #people = 0;

  constructor(seed: number, subject: Subject, traits = traitsOf(seed)) {
    const scheduler = new Scheduler(seed);
    this.traits = traits;
    this.authors = new AuthorChecks(this);
    this.scheduler = scheduler;
    if (this.traits.hasModerators) this.ledger.gate.moderators = new Set(['u-p2']);
    this.subject = subject;
    this.faults = drawFaults(scheduler);
    this.table = new SimulatedTable(this);
    this.fleet = new Fleet(this, this.table, scheduler.chance(0.3) ? 400 : 0);
    this.service = new SimulatedService(this, (event) => this.fleet.hub(event));
    this.#needs = {
      simulation: this,
      service: this.service,
      http: (network) => openHttp(this, this.fleet, network),
      tabs: new Map(),
    };
    this.publisher = new Publisher(this, this.#needs.http(new SimulatedNetwork()));
    this.#office = this.#needs.http(new SimulatedNetwork());
    this.crowd = new Crowd(this.#needs);
    this.#cleanUpEvery(TIMER_EVERY_MS);
  }

  readonly fail = (claim: string): void => {
    this.broken ??= `at ${(this.scheduler.now / 1_000).toFixed(3)} s: ${claim}`;
  };

  /** A new person, or another tab of a person. */
  arrive(): void {
    const { scheduler, pages } = this;
    const known = scheduler.chance(0.25) ? scheduler.pick(pages)?.person : undefined;
    this.#people += 1;
    const name = `p${this.#people}`;
    const person = { userId: known?.userId ?? `u-${name}`, name };
    pages.push(new SimulatedPage(person, this.#needs));
  }

  depart(page: SimulatedPage, how: 'close' | 'vanish'): void {
    this.pages.splice(this.pages.indexOf(page), 1);
    page[how]();
  }

  startInstance(): void {
    this.fleet.start(this.service);
  }

  /** A moderator ends a connection, and may ban its user. */
  banUser(connectionId: string, banMinutes: number): void {
    const query = new URLSearchParams({ banMinutes: `${banMinutes}` });
    const params = { room: ROOM, connectionId };
    const settled = () => {
      this.pendingRequests -= 1;
    };
    this.pendingRequests += 1;
    this.#office({ handler: 'disconnect', params, query }).then(settled, settled);
  }

  /** A moderator repeats a request until it is done, or until there is nothing to do. */
  moderate(
    handler: HttpAsked['handler'],
    rest: Readonly<Record<string, string>> = {},
    done: () => void = () => {},
  ): void {
    if (handler === 'deleteMessage') this.ledger.mayRemove.add(Number(rest.seq));
    this.pendingRequests += 1;
    const attempt = () => {
      const again = () => this.scheduler.after(2_000, 'a moderator tries again', attempt);
      this.#office({ handler, params: { room: ROOM, ...rest } }).then(({ status }) => {
        if (status !== 204 && status !== 404) {
          again();
          return;
        }
        this.pendingRequests -= 1;
        done();
      }, again);
    };
    attempt();
  }

  /** Removes what somebody has said, as the command line does. */
  startErase(user: string): void {
    this.eraser = new Eraser(this, this.#office, user);
  }

  /** What `erase --user` asks for the reading places. */
  eraseReading(user: string): void {
    const query = new URLSearchParams({ user });
    this.#office({ handler: 'eraseReading', query }).catch(() => {});
  }

  startImport(archive: Archive): Importer {
    return new Importer(this, this.#office, archive);
  }

  calmDown(): void {
    this.faults = NO_FAULTS;
    this.table.isOut = false;
    if (this.fleet.size === 0) this.startInstance();
    if (this.ledger.gate.isClosed) this.moderate('openRoom');
    for (const page of this.pages) {
      page.restore(true);
      if (!page.isVisible) page.show(true);
    }
  }

  #cleanUpEvery(ms: number): void {
    this.scheduler.after(ms, 'the timer is due', () => {
      this.#cleanUp();
      this.#cleanUpEvery(ms);
    });
  }

  /** Most minutes nothing is due, and without faults such a run reads two empty lists. Then it is left out. */
  #cleanUp(): void {
    const { faults, table, fleet, scheduler } = this;
    const mayFail = faults !== NO_FAULTS || table.isOut || table.onRequest !== undefined;
    if (!mayFail && fleet.hasCleanedUp && !table.hasDue(EPOCH_MS + scheduler.now)) return;
    // After a failure, or without an instance, the next run follows.
    fleet.cleanUpRooms().catch(() => {});
  }

  async runFor(ms: number, isEnough: () => boolean = () => false): Promise<void> {
    const end = this.scheduler.now + ms;
    await this.scheduler.runUntil(end, () => this.broken !== undefined || isEnough());
  }
}
