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
import { even, residentRows } from '../kernel/resident.js';
import { Deferred } from './deferred.js';
import type { State } from './follow.js';
import { ordinaryRows, type StateOptions } from './plain-state.js';
import type { SampleKernel } from './sample-kernel.js';
import { addPullsOnOutputs, denseSignals } from './signals.js';

/** A multiply-add of a sparse correction costs as much as this many of a dense product. */
const sparsePrice = 2.5;
/** Steps before which columns of a factored kernel are not computed for the sake of later ones: neurons differ too much. */
const settlingSteps = 3;
/** Dense products that columns may cost at one step before that, or beyond what they save. */
const patience = 4;

/** The samples must come block after block (`objective.blocks` does not fall). */
export function sampleState(options: StateOptions, products: SampleKernel): State {
  const { start, inputs, objective, stepSize, steps: length, trainOutputs = false } = options;
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
  using.product(x, weightsAtStart, inputs.columns, preactivations, 1, stride);
  const biases = buffers.copy(start.biases);
  const outputs = buffers.copy(objective.outputs);
  const bounds = boundsOf(buffers, blocks, blockCount);
  const steps: Rows = { data: buffers.floats(width * stride), rows: width, stride };
  /** C, M × n: W_t = W_0 + C_t X, less what `common` holds. */
  const coefficients = buffers.floats(width * stride);
  /** For each block, Σ_t of the vectors that its neurons share, in units of the output weight. */
  const common: Rows = { data: buffers.floats(blockCount * stride), rows: blockCount, stride };
  const base: Rows = { data: buffers.floats(blockCount * stride), rows: blockCount, stride };
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
    if (products.form !== 'factored') return 'few';
    const wanted = [...new Set(exceptions.subarray(0, at))].filter((i) => products.slot(i) < 0);
    if (wanted.length > affordable()) return 'many';
    products.prepare(wanted.sort((one, other) => one - other));
    return 'few';
  };

  let taken = 0;
  /** Columns, n D each, for which sparse steps save 2 M − (1 + blocks) products with a vector, n D each, from now on. */
  const affordable = (): number => {
    const saved = taken < settlingSteps ? 0 : ((length - taken) * (2 * width - 1 - blockCount)) / 2;
    return Math.max(2 * patience * width, saved);
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

  const counts = new Int32Array(n);
  /** A list of columns of K, each with its factor. */
  const slots = buffers.integers(2 * n);
  const scales = buffers.floats(2 * n);
  const seen = new Int32Array(n);
  const majority = new Int32Array(n);

  const advanceSparsely = (pulls: Float64Array): void => {
    // One vector for all blocks: each block's samples pull its own neurons.
    let blockOfSample = 0;
    for (let i = 0; i < n; i++) {
      while (i >= bounds[blockOfSample + 1]!) blockOfSample++;
      shared[i] = rate * pulls[pullRowOfBlock(blockOfSample) * stride + i]!;
    }
    const all = (): void => products.apply(shared, bounds, base);
    if (deferred) deferred.apply(shared, base, all, highest);
    else all();
    for (let block = 0; block < blockCount; block++) {
      if (groups[block]!.length > 0) advanceGroup(block, pulls);
    }
  };

  const advanceGroup = (block: number, pulls: Float64Array): void => {
    const group = groups[block]!;
    const pull = pullRowOfBlock(block) * stride;
    const [from, to] = [bounds[block]!, bounds[block + 1]!];
    const basis = bases[block]!;
    const own = commons[block]!;
    /** What sample i adds to the column of D, or takes from it where it is one of the group's own. */
    const share = (i: number): number => (i >= from && i < to ? -rate : rate) * pulls[pull + i]!;
    // What most neurons of the group share is added once, to the group's own product.
    const shares = commonExceptions(group);
    let baseSum = 0;
    for (let i = from; i < to; i++) baseSum += shared[i]!;
    if (!trainOutputs) for (let i = from; i < to; i++) own[i]! += shared[i]!;
    for (let m = 0; m < shares; m++) {
      const i = majority[m]!;
      const value = share(i);
      slots[m] = products.slot(i);
      scales[m] = value;
      if (!trainOutputs) own[i]! += value;
      baseSum += value;
    }
    products.addColumns(basis, slots, scales, shares);
    for (const r of group) {
      const scale = outputs[r]!;
      const c = r * stride;
      let sum = scale * baseSum;
      if (trainOutputs) {
        for (let i = from; i < to; i++) coefficients[c + i]! += scale * shared[i]!;
        for (let m = 0; m < shares; m++) coefficients[c + majority[m]!]! += scale * share(majority[m]!);
      }
      // Both lists ascend: an exception that is not the majority's is added, one that only the majority has removed.
      let count = 0;
      let m = 0;
      let at = r === 0 ? 0 : ends[r - 1]!;
      while (at < ends[r]! || m < shares) {
        const mine = at < ends[r]! ? exceptions[at]! : n;
        const common = m < shares ? majority[m]! : n;
        if (mine <= common) at++;
        if (common <= mine) m++;
        if (mine === common) continue;
        const i = Math.min(mine, common);
        const value = (mine < common ? scale : -scale) * share(i);
        slots[count] = products.slot(i);
        scales[count] = value;
        count++;
        coefficients[c + i]! += value;
        sum += value;
      }
      const line = p[r]!;
      using.addScaled(line, basis, scale, n);
      products.addColumns(line, slots, scales, count);
      biases[r]! += sum;
    }
  };

  /** Exceptions of more than half of a group into `majority`, ascending; returns how many there are. */
  const commonExceptions = (group: readonly number[]): number => {
    let found = 0;
    for (const r of group) {
      for (let at = r === 0 ? 0 : ends[r - 1]!; at < ends[r]!; at++) {
        const i = exceptions[at]!;
        if (counts[i] === 0) seen[found++] = i;
        counts[i]! += 1;
      }
    }
    let common = 0;
    for (let at = 0; at < found; at++) {
      const i = seen[at]!;
      if (2 * counts[i]! > group.length) majority[common++] = i;
      counts[i] = 0;
    }
    majority.subarray(0, common).sort();
    return common;
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
      using.transposedProduct(x, 0, n, inputs.columns, total(), moved);
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
      taken += 1;
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
