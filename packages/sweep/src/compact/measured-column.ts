/** One measurement of many runs, in typed arrays: eight bytes a number, and four a run. */

const [missing, scalar] = [-2, -1];
const firstRows = 1024;

export class MeasuredColumn {
  /** The number, or where the list begins among the entries. */
  #values = new Float64Array(firstRows);
  /** `missing`, `scalar`, or the length of a list. */
  #lengths = new Int32Array(firstRows).fill(missing);
  #entries = new Float64Array(0);
  #used = 0;
  /** Whether some run measured a list. */
  #lists = false;

  get holdsLists(): boolean {
    return this.#lists;
  }

  set(row: number, value: number | readonly number[]): void {
    if (row >= this.#values.length) {
      const rows = Math.max(row + 1, 2 * this.#values.length);
      this.#values = grown(this.#values, new Float64Array(rows));
      this.#lengths = grown(this.#lengths, new Int32Array(rows).fill(missing));
    }
    if (typeof value === 'number') {
      this.#values[row] = value;
      this.#lengths[row] = scalar;
      return;
    }
    this.#lists = true;
    const end = this.#used + value.length;
    if (end > this.#entries.length)
      this.#entries = grown(this.#entries, new Float64Array(Math.max(end, 2 * this.#entries.length)));
    this.#entries.set(value, this.#used);
    this.#values[row] = this.#used;
    this.#lengths[row] = value.length;
    this.#used = end;
  }

  /** Undefined where the run did not measure it. */
  get(row: number): number | readonly number[] | undefined {
    const length = this.#lengths[row] ?? missing;
    if (length === missing) return undefined;
    const value = this.#values[row] as number;
    return length === scalar ? value : Array.from(this.#entries.subarray(value, value + length));
  }
}

function grown<Of extends Float64Array | Int32Array>(from: Of, to: Of): Of {
  to.set(from);
  return to;
}
