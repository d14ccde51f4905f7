/**
 * Keyed random streams. A stream is a pure function of its key, 256 bits: the SHA-256 of content, or a block of ChaCha8
 * under the key of its parent. Drawing more from one stream never moves another.
 * Single draws come from xoshiro128++ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 2021), seeded with 128 bits of the key. Fills of normals come from four such generators, seeded with a block of ChaCha8
 * each, and are the same bits with and without WebAssembly. Not cryptographic, and not meant to be.
 */
import { createHash } from 'node:crypto';
import { BadInput } from '../bad-input.js';
import { canonical } from '../canonical.js';
import { exp, log } from '../elementary.js';
import { chachaBlock } from './chacha.js';
import { fillGaussians, fillPieces } from './gaussians.js';

const twoToMinus53 = 2 ** -53;

/** What a block of ChaCha8 seeds: the first word of its nonce. */
const purpose = { child: 1, fill: 2 } as const;

export class Random {
  /** Eight words. */
  readonly #key: Int32Array;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare = Number.NaN;
  #fills = 0;

  private constructor(key: Int32Array) {
    this.#key = key;
    this.#a = key[0]!;
    this.#b = key[1]!;
    this.#c = key[2]!;
    this.#d = key[3]!;
    // The all-zero state is the generator's one fixed point.
    if ((this.#a | this.#b | this.#c | this.#d) === 0) this.#d = 1;
  }

  /** The stream of a value: any JSON value; objects are keyed by content, not by the order of their fields. */
  static of(content: unknown): Random {
    const hash = createHash('sha256').update(canonical(content)).digest();
    return new Random(Int32Array.from({ length: 8 }, (_, i) => hash.readInt32BE(4 * i)));
  }

  /** 64 hexadecimal digits: 256 bits of what this stream stands for. */
  get key(): string {
    return Array.from(this.#key, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** An independent stream named by a label, or by several: `random.stream('noise', 3)`. Costs a SHA-256, some 5 µs. */
  stream(...labels: readonly (string | number)[]): Random {
    return Random.of([this.key, ...labels]);
  }

  /** An independent stream by number, 0 ≤ index < 2³²: `random.at(i)` for the i-th of many points. Costs under 1 µs. */
  at(index: number): Random {
    return new Random(chachaBlock(this.#key, index, [purpose.child, 0, 0]).subarray(0, 8));
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
        const scale = Math.sqrt((-2 * log(s)) / s);
        this.#spare = v * scale;
        return u * scale;
      }
    }
  }

  /**
   * Fill with i.i.d. N(0, deviation²); returns the array. A fill does not depend on single draws made before it, only on
   * how many fills were; a shorter fill is the beginning of a longer one.
   */
  gaussians(into: Float64Array, deviation = 1): Float64Array {
    return fillGaussians(chachaBlock(this.#key, this.#fills++, [purpose.fill, 0, 0]), into, deviation);
  }

  /** One fill of several arrays, one after another. */
  gaussianPieces(pieces: Iterable<Float64Array>, deviation = 1): void {
    fillPieces(chachaBlock(this.#key, this.#fills++, [purpose.fill, 0, 0]), pieces, deviation);
  }

  /** Gamma(shape, 1), shape > 0: Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 2000. */
  gamma(shape: number): number {
    if (!(shape > 0 && shape < Infinity)) {
      throw new BadInput({ expected: 'a finite shape, or degrees of freedom, > 0', got: String(shape) });
    }
    if (shape < 1) return this.gamma(shape + 1) * exp(log(1 - this.uniform()) / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.gaussian();
      const base = 1 + c * x;
      if (base <= 0) continue;
      const v = base * base * base;
      const u = 1 - this.uniform();
      if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
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
