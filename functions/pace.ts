// A thousand people who come back at once ask for a thousand answers, and one read or one commit makes many of them ready in the
// same moment. A message that arrives then would wait for all of them. So few of them go on in each turn of the event loop, and
// between two turns the process takes what has arrived.

/** One per process. */
export class Pace {
  readonly #perTurn: number;
  readonly #afterTurn: (next: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  /** In this turn. */
  #passed = 0;

  /** @param afterTurn runs its argument when the event loop has had a look at what has arrived */
  constructor(
    perTurn: number,
    afterTurn: (next: () => void) => void = (next) => void setImmediate(next),
  ) {
    this.#perTurn = perTurn;
    this.#afterTurn = afterTurn;
  }

  /** Resolves in this turn if few came before, and otherwise in one of the next. In the order of the calls. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#passed === 0) this.#afterTurn(() => this.#next());
      if (this.#passed < this.#perTurn) this.#pass();
    });
  }

  /** Resolves after the turns of all who are ready now. */
  async last(): Promise<void> {
    await new Promise<void>((resolve) => this.#afterTurn(resolve));
    return this.turn();
  }

  #next(): void {
    this.#passed = 0;
    if (this.#waiting.length === 0) return;
    this.#afterTurn(() => this.#next());
    while (this.#passed < this.#perTurn && this.#waiting.length > 0) this.#pass();
  }

  #pass(): void {
    this.#passed += 1;
    this.#waiting.shift()?.();
  }
}
