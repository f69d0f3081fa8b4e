// Lets few run at a time, as long as they are quick. Who takes long gives its turn away, so slow ones do not hold back the others.

export interface TurnsOptions {
  readonly most: number;
  /** How long one keeps its turn. */
  readonly patienceMs: number;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Runs at its turn, in the order of the calls. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#options.most) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#taken += 1;
    }
    let hasTurn = true;
    const pass = () => {
      if (!hasTurn) return;
      hasTurn = false;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    };
    const timer = setTimeout(pass, this.#options.patienceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      pass();
    }
  }
}
