/**
 * The same function with fewer neurons. ReLU is homogeneous: φ(λp) = λφ(p) for λ > 0, so that neurons whose rows (w, b)
 * are positive multiples of one another are one neuron, and their coefficients add up.
 */
import { matrix, type Matrix } from '../matrix.js';
import { preactivationRow, type Parallel, parallelClasses } from './parallel.js';
import type { Network } from './network.js';
import type { ArgmaxReadout, GroupReadout } from './readout.js';

/**
 * The net with its parallel neurons merged, those that are never on and those without a coefficient left out, and all
 * constant ones (w = 0 < b) as one. Parallel is decided exactly, on the numbers as they stand. Coefficients of one sign
 * are added up to rounding; of both signs only where that is exact, as for copies of a neuron: else those of either sign
 * remain. Groups of a max or lse read-out keep their size, padded with neurons of weight 0, unless all can shrink. The
 * given net itself when there is nothing to merge, or when not all of it is finite.
 */
export function mergedDuplicates(network: Network): Network {
  const { weights, biases, readout } = network;
  if (!weights.data.every(Number.isFinite) || !biases.every(Number.isFinite)) return network;
  if (readout.kind === 'linear') {
    return mergedColumns(network, matrix(1, biases.length, readout.outputs), (outputs) => ({
      kind: 'linear',
      outputs: outputs.data,
    }));
  }
  if (readout.kind === 'argmax') {
    return mergedColumns(network, readout.outputs, (outputs): ArgmaxReadout => ({ ...readout, outputs }));
  }
  return mergedGroups(network, readout);
}

/** One merged neuron: the row that it keeps, and its coefficient in every score. */
interface Kept {
  readonly neuron: number;
  readonly column: Float64Array;
}

function mergedColumns(
  network: Network,
  outputs: Matrix,
  readoutOf: (outputs: Matrix) => Network['readout'],
): Network {
  const scores = outputs.rows;
  const width = network.biases.length;
  if (!outputs.data.every(Number.isFinite)) return network;
  const columnOf = (r: number): Float64Array =>
    Float64Array.from({ length: scores }, (_, j) => outputs.data[j * width + r]!);
  const kept: Kept[] = [];
  for (const members of parallelClasses(network)) {
    const columns = members.map(({ neuron, factor }) => columnOf(neuron).map((value) => factor * value));
    const total = added(
      columns,
      members.every(({ factor }) => isPowerOfTwo(factor)),
    );
    const sums = total ? [total] : [1, -1].flatMap((sign) => splitBySign(columns, sign));
    // Where the parts do not add up exactly and cannot be split by sign either, the neurons stay as they are.
    if (sums.length > 0) sums.forEach((column) => kept.push({ neuron: members[0]!.neuron, column }));
    else members.forEach(({ neuron }) => kept.push({ neuron, column: columnOf(neuron) }));
  }
  // A neuron that all scores of an argmax have alike moves no margin.
  const telling = kept.filter(({ column }) =>
    scores === 1 ? column[0] !== 0 : column.some((value) => value !== column[0]),
  );
  if (telling.length === width) return network;
  const merged = matrix(scores, telling.length);
  telling.forEach(({ column }, r) =>
    column.forEach((value, j) => (merged.data[j * telling.length + r] = value)),
  );
  return { ...rowsOf(network, telling), readout: readoutOf(merged) };
}

function rowsOf(
  { weights, biases, ...rest }: Network,
  kept: readonly { readonly neuron: number }[],
): Network {
  const d = weights.columns;
  const chosen = matrix(kept.length, d);
  kept.forEach(({ neuron }, r) =>
    chosen.data.set(weights.data.subarray(neuron * d, (neuron + 1) * d), r * d),
  );
  return { ...rest, weights: chosen, biases: Float64Array.from(kept, ({ neuron }) => biases[neuron]!) };
}

/** Σ of the columns where the entries have one sign, or add up without rounding; undefined otherwise. */
function added(columns: readonly Float64Array[], exact: boolean): Float64Array | undefined {
  const sum = new Float64Array(columns[0]!.length);
  for (let j = 0; j < sum.length; j++) {
    const mixed = columns.some((column) => column[j]! > 0) && columns.some((column) => column[j]! < 0);
    if (mixed && !exact) return undefined;
    for (const column of columns) {
      const value = column[j]!;
      const next = sum[j]! + value;
      // What rounding took off (Knuth's two-sum).
      const back = next - sum[j]!;
      const lost = sum[j]! - (next - back) + (value - back);
      if (mixed && lost !== 0) return undefined;
      sum[j] = next;
    }
  }
  return sum;
}

/** A factor that rounds nothing. Powers of two beyond 2^±1000 do not occur among factors of finite rows that matter. */
function isPowerOfTwo(value: number): boolean {
  for (let power = value, round = 0; round < 1000; round++) {
    if (power === 1) return true;
    power = power > 1 ? power / 2 : power * 2;
    // Past one without meeting it.
    if (power > 1 === value < 1 && power !== 1) return false;
  }
  return false;
}

/** The columns of one sign added up, for a single score. */
function splitBySign(columns: readonly Float64Array[], sign: number): Float64Array[] {
  if (columns[0]!.length !== 1) return [];
  return [Float64Array.of(columns.reduce((sum, [value]) => (sign * value! > 0 ? sum + value! : sum), 0))];
}

function mergedGroups(network: Network, readout: GroupReadout): Network {
  const { weights, biases } = network;
  const d = weights.columns;
  const classOf = parallelClasses(network);
  const groups: Parallel[][] = Array.from(readout.classes, () => []);
  for (const members of classOf) {
    const sums = new Map<number, Parallel>();
    for (const { neuron, factor } of members) {
      const group = Math.floor(neuron / readout.size);
      const first = sums.get(group);
      if (first) sums.set(group, { ...first, factor: first.factor + factor });
      else sums.set(group, { neuron, factor });
    }
    for (const [group, { neuron, factor }] of sums) {
      // From units of the class's first member to those of the group's.
      const own = members.find((member) => member.neuron === neuron)!.factor;
      groups[group]!.push({ neuron, factor: factor / own });
    }
  }
  const size = Math.max(1, ...groups.map((group) => group.length));
  const alive = groups.reduce((sum, group) => sum + group.length, 0);
  if (alive === biases.length) return network;
  // The mean over fewer neurons: each counts for more.
  const share = size / readout.size;
  const merged = matrix(groups.length * size, d);
  const offsets = new Float64Array(groups.length * size);
  groups.forEach((group, j) => {
    group.forEach(({ neuron, factor }, i) => {
      const line = preactivationRow(network, neuron).map((value) => factor * share * value);
      merged.data.set(line.subarray(0, d), (j * size + i) * d);
      offsets[j * size + i] = line[d]!;
    });
  });
  return { ...network, weights: merged, biases: offsets, readout: { ...readout, size } };
}
