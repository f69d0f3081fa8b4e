// What the people who watch a log have received: how many copies are lost or doubled, and when each tenth of them was there. Pure.

export interface Arrived {
  readonly lost: number;
  readonly doubled: number;
  /** The time of the first copy, then those at which one tenth, two tenths and so on up to all copies were there. */
  readonly atMs: readonly number[];
}

const TENTHS = 10;

export class Arrivals {
  readonly #people: number;
  readonly #lines: number;
  /** 1 for each line that the person has. */
  readonly #has: Uint8Array;
  readonly #atMs: number[] = [];
  #copies = 0;
  #doubled = 0;

  constructor(people: number, lines: number) {
    this.#people = people;
    this.#lines = lines;
    this.#has = new Uint8Array(people * lines);
  }

  /** `person` and `line` count from 0. Other numbers are no lines of the log. */
  arrived(person: number, line: number, atMs: number): void {
    if (line < 0 || line >= this.#lines) return;
    const place = person * this.#lines + line;
    if (this.#has[place] === 1) {
      this.#doubled += 1;
      return;
    }
    this.#has[place] = 1;
    this.#copies += 1;
    if (this.#copies === 1) this.#atMs.push(atMs);
    const tenths = Math.floor((this.#copies * TENTHS) / this.#wanted);
    while (this.#atMs.length <= tenths) this.#atMs.push(atMs);
  }

  get #wanted(): number {
    return this.#people * this.#lines;
  }

  get copies(): number {
    return this.#copies;
  }

  get isComplete(): boolean {
    return this.#copies === this.#wanted;
  }

  result(): Arrived {
    return {
      lost: this.#wanted - this.#copies,
      doubled: this.#doubled,
      atMs: [...this.#atMs],
    };
  }
}

/** The rate of the last tenth of the lines divided by that of the first tenth. NaN if copies are missing. */
export function steadinessOf({ atMs }: Arrived): number {
  const [first = Number.NaN, second = Number.NaN] = atMs;
  const [beforeLast = Number.NaN, last = Number.NaN] = atMs.slice(TENTHS - 1);
  return (second - first) / (last - beforeLast);
}
