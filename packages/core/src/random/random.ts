/**
 * Keyed random streams. A stream is a pure function of its key, a hash of content of at least 128 bits; a
 * labelled sub-stream hashes the label into the key, so that drawing more from one never moves another.
 * Generator: xoshiro128++ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021),
 * seeded with 128 bits of SHA-256. Not cryptographic, and not meant to be.
 */
import { createHash } from 'node:crypto';
import { BadInput } from '../bad-input.js';
import { canonical } from '../canonical.js';

const twoToMinus53 = 2 ** -53;

export class Random {
  /** 64 hexadecimal digits: SHA-256 of the content that this stream stands for. */
  readonly key: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare = Number.NaN;

  private constructor(key: string) {
    this.key = key;
    const word = (i: number): number => Number.parseInt(key.slice(8 * i, 8 * i + 8), 16) | 0;
    this.#a = word(0);
    this.#b = word(1);
    this.#c = word(2);
    // The all-zero state is the generator's one fixed point.
    this.#d = (this.#a | this.#b | this.#c | word(3)) === 0 ? 1 : word(3);
  }

  /** The stream of a value: any JSON value; objects are keyed by content, not by the order of their fields. */
  static of(content: unknown): Random {
    return new Random(createHash('sha256').update(canonical(content)).digest('hex'));
  }

  /** An independent stream named by a label, or by several: `random.stream('noise', 3)`. */
  stream(...labels: readonly (string | number)[]): Random {
    return Random.of([this.key, ...labels]);
  }

  /** The next 32 bits, as an unsigned integer. */
  bits(): number {
    const a = this.#a;
    const d = this.#d;
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const b = this.#b;
    const t = b << 9;
    let c = this.#c ^ a;
    const e = d ^ b;
    this.#b = b ^ c;
    this.#a = a ^ e;
    c ^= t;
    this.#c = c;
    this.#d = (e << 11) | (e >>> 21);
    return result >>> 0;
  }

  /** Uniform on [0, 1), all 53 bits drawn. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) * twoToMinus53;
  }

  /** Uniform on {0, …, count − 1}, without modulo bias (rejection). */
  integer(count: number): number {
    if (!(Number.isInteger(count) && count >= 1 && count <= 4294967296)) {
      throw new BadInput({ expected: 'a whole number of outcomes from 1 to 2³²', got: String(count) });
    }
    const limit = 4294967296 - (4294967296 % count);
    for (;;) {
      const draw = this.bits();
      if (draw < limit) return draw % count;
    }
  }

  /** Standard normal, by Marsaglia's polar method (two a round, the second kept). */
  gaussian(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * scale;
        return u * scale;
      }
    }
  }

  /** Fill with i.i.d. N(0, deviation²); returns the array. */
  gaussians(into: Float64Array, deviation = 1): Float64Array {
    for (let i = 0; i < into.length; i++) into[i] = deviation * this.gaussian();
    return into;
  }

  /** Gamma(shape, 1), shape > 0: Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 2000. */
  gamma(shape: number): number {
    if (!(shape > 0 && shape < Infinity)) {
      throw new BadInput({ expected: 'a finite shape, or degrees of freedom, > 0', got: String(shape) });
    }
    if (shape < 1) return this.gamma(shape + 1) * Math.exp(Math.log(1 - this.uniform()) / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.gaussian();
      const base = 1 + c * x;
      if (base <= 0) continue;
      const v = base * base * base;
      const u = 1 - this.uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** χ² with `degrees` > 0 degrees of freedom. */
  chiSquare(degrees: number): number {
    return 2 * this.gamma(degrees / 2);
  }

  /** Fisher–Yates, in place; returns the array. */
  shuffle<Items extends { [index: number]: number; length: number }>(items: Items): Items {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i] as number;
      items[i] = items[j] as number;
      items[j] = held;
    }
    return items;
  }
}
