// Says that the tables cannot be saved, for example on a full disk. Azurite itself says nothing, and goes on in memory.

import { messageOf } from '../command.ts';

export class SavingReport {
  readonly #folder: string;
  readonly #print: (sentence: string) => void;
  #failure: unknown;

  constructor(folder: string, print: (sentence: string) => void) {
    this.#folder = folder;
    this.#print = print;
  }

  /** After each save. One sentence when saving begins to fail, and one when it works again. */
  note(failure?: unknown): void {
    if (failure !== undefined && this.#failure === undefined) {
      this.#print(
        `${this.#sentence(failure)}. Free some space there: until then new messages are in memory only.`,
      );
    }
    if (failure === undefined && this.#failure !== undefined) {
      this.#print(`the tables are saved again in ${this.#folder}`);
    }
    this.#failure = failure;
  }

  /** What is lost at the end. Undefined if all is saved. */
  end(): string | undefined {
    if (this.#failure === undefined) return undefined;
    return `${this.#sentence(this.#failure)}. The messages since the last save are lost. Free some space there before the next start.`;
  }

  #sentence(failure: unknown): string {
    return `unable to save the tables in ${this.#folder}; ${messageOf(failure)}`;
  }
}
