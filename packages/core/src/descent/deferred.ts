/**
 * What a block of samples pulls at the samples of other blocks need not be known at every step. A neuron of block β is inactive on
 * almost all of those, and stays so while its pre-activation there, short of what is owed, is below minus the most
 * that can be owed: |K_ij| ≤ κ across blocks, so V = Σ_t v_t, owed to sample i, moves neuron r by at most
 * |a_r| κ ‖V‖₁. While that holds for all samples but a few, which are watched and served at every step, only K within
 * blocks is multiplied; K across them takes V at once, when the bound no longer tells. Exact, since K is linear.
 */
import type { Buffers, Kernel, Rows } from '../kernel/index.js';
import type { KernelParts } from './sample-kernel.js';

/** Of the samples beyond its block, a neuron may have so large a share to watch; fewer steps are put off otherwise. */
const mostWatched = 0.25;
/** Steps between two attempts to put products off. */
const pause = 8;
const longest = 4096;
/** Rounding of the bound itself. */
const allowance = 1 + 1e-6;

export class Deferred {
  readonly #parts: KernelParts;
  readonly #kernel: Kernel;
  readonly #bounds: Int32Array;
  readonly #samples: number;
  readonly #largest: number;
  /** V_β, a row each, zero beyond block β. */
  readonly #owed: Rows;
  readonly #owedSize: Float64Array;
  readonly #far: Rows;
  readonly #watched: Watched;
  readonly #isWatched: Uint8Array;
  #active = false;
  #window = 2 * pause;
  #nextTrial = 0;
  #step = 0;

  constructor(kernel: Kernel, parts: KernelParts, buffers: Buffers, bounds: Int32Array, stride: number) {
    const blocks = bounds.length - 1;
    // As behind the rows of K, zeros behind those of V.
    const rows = (): Rows => ({
      data: buffers.floats(blocks * (stride + 2)),
      rows: blocks,
      stride: stride + 2,
    });
    this.#parts = parts;
    this.#kernel = kernel;
    this.#bounds = bounds;
    this.#samples = bounds[blocks]!;
    this.#largest = parts.largestAcross(bounds);
    this.#owed = rows();
    this.#far = rows();
    this.#owedSize = new Float64Array(blocks);
    const list = buffers.integers(blocks * stride);
    this.#watched = {
      lists: Array.from({ length: blocks }, (_, block) =>
        list.subarray(block * stride, (block + 1) * stride),
      ),
      counts: new Int32Array(blocks),
    };
    this.#isWatched = new Uint8Array(blocks * this.#samples);
  }

  /** Above it, pre-activations of a neuron on other blocks' samples are known, or may be above zero. 0 when nothing is owed. */
  bar(block: number, output: number): number {
    return this.#active ? -Math.abs(output) * this.#largest * this.#owedSize[block]! * allowance : 0;
  }

  /** While something is owed: whether a sample that is above the bar is known in full. */
  knows(block: number, sample: number): boolean {
    return this.#isWatched[block * this.#samples + sample] === 1;
  }

  /** K times v, as far as it is not put off. `highest(β, i)`: the largest P_ri / |a_r| of the neurons of block β. */
  apply(
    v: Float64Array,
    out: Rows,
    all: () => void,
    highest: (block: number, into: Float64Array) => void,
  ): void {
    this.#step += 1;
    if (!this.#active && this.#step >= this.#nextTrial) this.#begin(v, highest);
    if (!this.#active) {
      all();
      return;
    }
    this.#parts.applyNear(v, this.#bounds, out);
    for (let block = 0; block < out.rows; block++) {
      const [from, to] = [this.#bounds[block]!, this.#bounds[block + 1]!];
      const list = this.#watched.lists[block]!;
      const line = out.data.subarray(block * out.stride);
      this.#parts.addRowsOf(list, this.#watched.counts[block]!, from, to, v, line);
      const owed = this.#owed.data.subarray(block * this.#owed.stride + from);
      this.#kernel.addScaled(owed, v.subarray(from), 1, to - from);
      this.#owedSize[block]! += this.#sizeOf(v, block);
    }
  }

  /** What is owed, as rows of products to be added a_r times to the neurons of each block; forgotten unless `keep`. */
  settle(keep = false): Rows | undefined {
    if (!this.#active) return undefined;
    const { data, stride } = this.#far;
    this.#parts.applyFar(this.#owed, this.#bounds, this.#far);
    this.#watched.lists.forEach((list, block) => {
      for (let at = 0; at < this.#watched.counts[block]!; at++) data[block * stride + list[at]!] = 0;
    });
    if (!keep) {
      this.#active = false;
      this.#owed.data.fill(0);
      this.#owedSize.fill(0);
    }
    return this.#far;
  }

  #sizeOf(v: Float64Array, block: number): number {
    let size = 0;
    for (let i = this.#bounds[block]!; i < this.#bounds[block + 1]!; i++) size += Math.abs(v[i]!);
    return size;
  }

  /** Watches whoever could become active within a window of steps like this one; begins if they are few. */
  #begin(v: Float64Array, highest: (block: number, into: Float64Array) => void): void {
    const blocks = this.#bounds.length - 1;
    const heights = new Float64Array(this.#samples);
    let watched = 0;
    this.#isWatched.fill(0);
    for (let block = 0; block < blocks; block++) {
      const bar = -this.#window * this.#largest * this.#sizeOf(v, block);
      highest(block, heights);
      const list = this.#watched.lists[block]!;
      let count = 0;
      for (let i = 0; i < this.#samples; i++) {
        if (i >= this.#bounds[block]! && i < this.#bounds[block + 1]!) continue;
        if (!(heights[i]! > bar)) continue;
        list[count++] = i;
        this.#isWatched[block * this.#samples + i] = 1;
      }
      this.#watched.counts[block] = count;
      watched += count;
    }
    const share = watched / ((blocks - 1) * this.#samples);
    this.#active = share <= mostWatched;
    if (!this.#active) {
      this.#window = Math.max(pause / 2, this.#window / 2);
      this.#nextTrial = this.#step + pause;
    } else if (share < mostWatched / 2) this.#window = Math.min(longest, 2 * this.#window);
  }
}

interface Watched {
  readonly lists: readonly Int32Array[];
  readonly counts: Int32Array;
}
