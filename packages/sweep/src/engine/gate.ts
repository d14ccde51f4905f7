/** Many together, or one alone: what is measured alone is measured while nothing else is at work. */
interface Waiting {
  readonly alone: boolean;
  readonly enter: () => void;
}

/** First come, first served: whoever wants to be alone waits for those inside, and those who come later wait for it. */
export class Gate {
  readonly #waiting: Waiting[] = [];
  #inside = 0;
  #closed = false;

  together<Value>(act: () => Promise<Value>): Promise<Value> {
    return this.#pass(false, act);
  }

  alone<Value>(act: () => Promise<Value>): Promise<Value> {
    return this.#pass(true, act);
  }

  async #pass<Value>(alone: boolean, act: () => Promise<Value>): Promise<Value> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ alone, enter });
      this.#admit();
    });
    try {
      return await act();
    } finally {
      this.#inside -= 1;
      this.#closed = false;
      this.#admit();
    }
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first && !this.#closed; first = this.#waiting[0]) {
      if (first.alone && this.#inside > 0) return;
      this.#waiting.shift();
      this.#inside += 1;
      this.#closed = first.alone;
      first.enter();
    }
  }
}
