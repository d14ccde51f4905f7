/**
 * Descent in sample space: W_t = W_0 + C_t X, so P_{t+1} = P_t + (X Xᵀ + 11ᵀ) D_t with D_t the step of C. Exact sample
 * by sample, for any inputs.
 *
 * After a step or two the neurons of one sign (or of one class) are active on the same samples, their own, up to a
 * few exceptions, and D has then as many distinct columns as there are blocks of samples: one product of K with one
 * vector serves all neurons, and each exception adds or removes a column of K. Exceptions that most neurons of a
 * group share are added to the group's product. Where exceptions are too many (the first steps) the product is dense.
 */
import { Buffers, kernel, type Rows } from '../kernel/index.js';
import { addCombinations, addProducts } from '../kernel/wide.js';
import { even, residentRows } from '../kernel/resident.js';
import { corrections } from './corrections.js';
import { Deferred } from './deferred.js';
import type { State } from './follow.js';
import { ordinaryRows, type StateOptions } from './plain-state.js';
import type { SampleKernel, SparseRows } from './sample-kernel.js';
import { ownProducts } from './own-products.js';
import { addPullsOnOutputs, denseSignals } from './signals.js';

/** A multiply-add of a sparse correction costs as much as this many of a dense product. */
const sparsePrice = 2.5;

/** The samples must come block after block (`objective.blocks` does not fall). */
export function sampleState(options: StateOptions, products: SampleKernel): State {
  const { start, inputs, objective, stepSize, trainOutputs = false } = options;
  const using = kernel();
  const buffers = new Buffers(using);
  const n = inputs.rows;
  const width = start.biases.length;
  const stride = even(n);
  const { blockCount, ownBlock, rowOf, blocks } = objective;
  const preactivations = buffers.floats(width * stride);
  const { x } = products;
  const weightsAtStart = residentRows(buffers, start.weights);
  for (let r = 0; r < width; r++) preactivations.fill(start.biases[r]!, r * stride, r * stride + n);
  addProducts(x, weightsAtStart, inputs.columns, preactivations, stride);
  const biases = buffers.copy(start.biases);
  const outputs = buffers.copy(objective.outputs);
  const bounds = boundsOf(buffers, blocks, blockCount);
  /** Products with K: a row for each block, and behind them one for each neuron that needs its own. */
  const images: Rows = {
    data: buffers.floats((blockCount + width) * stride),
    rows: blockCount + width,
    stride,
  };
  const base: Rows = { ...images, data: images.data.subarray(0, blockCount * stride), rows: blockCount };
  /** The step of C where it is dense; the place is that of neurons' own products where it is not. */
  const steps: Rows = { ...images, data: images.data.subarray(blockCount * stride), rows: width };
  /** C, M × n: W_t = W_0 + C_t X, less what `common` holds. */
  const coefficients = buffers.floats(width * stride);
  /** For each block, Σ_t of the vectors that its neurons share, in units of the output weight. */
  const common: Rows = { data: buffers.floats(blockCount * stride), rows: blockCount, stride };
  const shared = buffers.floats(stride);
  // One exception more than may be used tells that there are too many.
  const limit = Math.ceil((width * n) / sparsePrice);
  const exceptions = buffers.integers(limit + n);
  const ends = new Int32Array(width);
  const groups = Array.from({ length: blockCount }, (): number[] => []);
  const rate = stepSize / n;

  const rowsOf = (of: Float64Array, count: number): readonly Float64Array[] =>
    Array.from({ length: count }, (_, r) => of.subarray(r * stride, (r + 1) * stride));
  const p = rowsOf(preactivations, width);
  const bases = rowsOf(base.data, blockCount);
  const commons = rowsOf(common.data, blockCount);

  /** Products with other blocks' samples are put off where K comes in parts, and outputs do not move meanwhile. */
  const deferred =
    products.parts && !trainOutputs && blockCount > 1
      ? new Deferred(using, products.parts, buffers, bounds, stride)
      : undefined;

  /**
   * Fills `exceptions` and `ends`. `many`: too many to be worth it. `owed`: a sample may have become active for which
   * products are still owed.
   */
  const findExceptions = (): 'few' | 'many' | 'owed' => {
    for (const group of groups) group.length = 0;
    let at = 0;
    for (let r = 0; r < width; r++) {
      const own = ownBlock(r, outputs[r]!);
      groups[own]!.push(r);
      const [from, to] = [bounds[own]!, bounds[own + 1]!];
      const bar = deferred?.bar(own, outputs[r]!) ?? 0;
      const room = exceptions.subarray(at, Math.min(at + n, exceptions.length));
      const found = using.deviations(p[r]!, n, from, to, bar, room);
      if (at + found > limit) return bar < 0 ? 'owed' : 'many';
      if (bar < 0) {
        // Of those above the bar only those above zero are exceptions, and none may be owed anything.
        const line = p[r]!;
        const end = at + found;
        for (let seenAt = at; seenAt < end; seenAt++) {
          const i = exceptions[seenAt]!;
          if (i >= from && i < to) exceptions[at++] = i;
          else if (!deferred!.knows(own, i)) return 'owed';
          else if (line[i]! > 0) exceptions[at++] = i;
        }
      } else at += found;
      ends[r] = at;
    }
    return 'few';
  };

  /** P_r += a_r × what is owed to the samples that block's neurons do not own. */
  const settle = (): void => {
    const owed = deferred?.settle();
    if (!owed) return;
    for (let r = 0; r < width; r++) {
      const far = owed.data.subarray(ownBlock(r, outputs[r]!) * owed.stride);
      using.addScaled(p[r]!, far, outputs[r]!, n);
    }
  };

  /** What the next step needs to know of P; P is whole where it is above zero from then on. */
  const look = (): 'few' | 'many' => {
    const found = findExceptions();
    if (found === 'few') return found;
    settle();
    const again = found === 'owed' ? findExceptions() : found;
    return again === 'few' ? 'few' : 'many';
  };

  /** The largest P_ri / |a_r| over the neurons of a block. */
  const highest = (block: number, into: Float64Array): void => {
    into.fill(-Infinity);
    for (const r of groups[block]!) {
      const line = p[r]!;
      const scale = 1 / Math.abs(outputs[r]!);
      for (let i = 0; i < n; i++) into[i] = Math.max(into[i]!, scale * line[i]!);
    }
  };

  const advanceDensely = (pulls: Float64Array): void => {
    denseSignals(objective, preactivations, outputs, pulls, stride, rate, steps.data);
    using.addScaled(coefficients, steps.data, 1, coefficients.length);
    for (let r = 0; r < width; r++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += steps.data[r * stride + i]!;
      biases[r]! += sum;
    }
    products.applyAll(steps, { data: preactivations, rows: width, stride });
  };

  const { shares, own, collect, clear } = corrections(buffers, n, width, blockCount, limit);
  const lazily = products.lazy && ownProducts(buffers, products.lazy, shares, own, n, width, blockCount);

  const advanceSparsely = (pulls: Float64Array): void => {
    clear();
    for (let block = 0; block < blockCount; block++) {
      const pull = pullRowOfBlock(block) * stride;
      const [from, to] = [bounds[block]!, bounds[block + 1]!];
      // One vector for all blocks: each block's samples pull its own neurons.
      for (let i = from; i < to; i++) shared[i] = rate * pulls[pull + i]!;
      const share = (i: number): number => (i >= from && i < to ? -rate : rate) * pulls[pull + i]!;
      collect(block, groups[block]!, exceptions, ends, share);
    }
    const all = (): void => products.apply(shared, bounds, base);
    if (lazily) lazily.apply(shared, bounds, images);
    else {
      if (deferred) deferred.apply(shared, base, all, highest);
      else all();
      for (let block = 0; block < blockCount; block++) {
        addColumnsOf(bases[block]!, shares, block);
      }
    }
    for (let block = 0; block < blockCount; block++) {
      if (groups[block]!.length > 0) advanceGroup(block);
    }
  };

  const addColumnsOf = (
    line: Float64Array,
    { starts, ends: stops, samples, values }: SparseRows,
    row: number,
  ): void => {
    const [from, to] = [starts[row]!, stops[row]!];
    if (from < to)
      products.addColumns(line, samples.subarray(from, to), values.subarray(from, to), to - from);
  };

  const advanceGroup = (block: number): void => {
    const [from, to] = [bounds[block]!, bounds[block + 1]!];
    const [firstShare, lastShare] = [shares.starts[block]!, shares.ends[block]!];
    let baseSum = 0;
    for (let i = from; i < to; i++) baseSum += shared[i]!;
    for (let at = firstShare; at < lastShare; at++) baseSum += shares.values[at]!;
    const addShares = (into: Float64Array, at: number, scale: number): void => {
      for (let i = from; i < to; i++) into[at + i]! += scale * shared[i]!;
      for (let m = firstShare; m < lastShare; m++)
        into[at + shares.samples[m]!]! += scale * shares.values[m]!;
    };
    if (!trainOutputs) addShares(commons[block]!, 0, 1);
    for (const r of groups[block]!) {
      const scale = outputs[r]!;
      if (trainOutputs) addShares(coefficients, r * stride, scale);
      let sum = scale * baseSum;
      for (let at = own.starts[r]!; at < own.ends[r]!; at++) {
        const value = scale * own.values[at]!;
        own.values[at] = value;
        coefficients[r * stride + own.samples[at]!]! += value;
        sum += value;
      }
      const line = p[r]!;
      using.addScaled(line, bases[block]!, scale, n);
      const image = lazily?.rowOf(r) ?? -1;
      if (image >= 0) using.addScaled(line, images.data.subarray(image * stride), scale, n);
      else addColumnsOf(line, own, r);
      biases[r]! += sum;
    }
  };

  const pullRowOfBlock = (block: number): number => (objective.pullRows === 1 ? 0 : block);
  for (let r = 0; r < width; r++) {
    if (rowOf(r) !== pullRowOfBlock(ownBlock(r, outputs[r]!)))
      throw new RangeError('neurons follow the pulls of their own block');
  }

  /** C, what the groups share included. */
  const total = (): Rows => {
    const all: Rows = { data: buffers.scratch(width * stride), rows: width, stride };
    all.data.set(coefficients);
    if (!trainOutputs) {
      for (let r = 0; r < width; r++) {
        const ofGroup = commons[ownBlock(r, outputs[r]!)]!;
        using.addScaled(all.data.subarray(r * stride, (r + 1) * stride), ofGroup, outputs[r]!, n);
      }
    }
    return all;
  };

  let next = look();

  return {
    preactivations,
    stride,
    biases,
    outputs,
    weights() {
      const moved: Rows = { ...weightsAtStart, data: buffers.copy(weightsAtStart.data) };
      addCombinations(x, 0, n, inputs.columns, total(), moved);
      return ordinaryRows(moved, inputs.columns);
    },
    coefficients: () => ordinaryRows(total(), n),
    /** P, what is owed included: a copy where something is. */
    exact() {
      const owed = deferred?.settle(true);
      if (!owed) return preactivations;
      const whole = preactivations.slice();
      for (let r = 0; r < width; r++) {
        const far = ownBlock(r, outputs[r]!) * owed.stride;
        for (let i = 0; i < n; i++) whole[r * stride + i]! += outputs[r]! * owed.data[far + i]!;
      }
      return whole;
    },
    advance(pulls) {
      const step = next === 'few' ? advanceSparsely : advanceDensely;
      if (trainOutputs) {
        // The step of the hidden layer is taken with the outputs of θ_t.
        const after = Float64Array.from(outputs);
        addPullsOnOutputs(objective, preactivations, after, pulls, stride, rate);
        step(pulls);
        outputs.set(after);
      } else step(pulls);
      next = look();
    },
    end: () => buffers.end(),
  };
}

/** bounds_β … bounds_{β+1}: the samples of block β. */
function boundsOf(buffers: Buffers, blocks: Int32Array, count: number): Int32Array {
  const bounds = buffers.integers(count + 1);
  for (const block of blocks) bounds[block + 1]! += 1;
  for (let block = 0; block < count; block++) bounds[block + 1]! += bounds[block]!;
  return bounds;
}
