/**
 * Where neurons of one block differ from its pattern, active on exactly their own samples: what most of them share, and what
 * each has beside that. The step of neuron r's coefficients is a_r (v on its own block + shares of the block + own_r).
 */
import type { Buffers } from '../kernel/index.js';
import type { SparseRows } from './sample-kernel.js';

export interface Corrections {
  /** A row for each block. */
  readonly shares: SparseRows;
  /** A row for each neuron, in units of its output weight. */
  readonly own: SparseRows;
  /**
   * Fills both rows of a block. Exceptions of neuron r: those of the list in [ends_{r−1}, ends_r), ascending. `share`: what sample
   * i adds to the step, or takes from it where it is one of the block's own.
   */
  readonly collect: (
    block: number,
    group: readonly number[],
    exceptions: Int32Array,
    ends: Int32Array,
    share: (sample: number) => number,
  ) => void;
  /** Before the first block of a step. */
  readonly clear: () => void;
}

/** `most`: exceptions of all neurons together. */
export function corrections(
  buffers: Buffers,
  samples: number,
  width: number,
  blocks: number,
  most: number,
): Corrections {
  const rows = (count: number, entries: number): SparseRows => ({
    starts: new Int32Array(count),
    ends: new Int32Array(count),
    samples: buffers.integers(entries),
    values: buffers.scratch(entries),
  });
  const shares = rows(blocks, blocks * samples);
  // A share is an exception of more than half of the group: whoever lacks one is outnumbered by those who have it.
  const own = rows(width, most + samples);
  const counts = new Int32Array(samples);
  const seen = new Int32Array(samples);
  let used = 0;

  const collectShares = (
    block: number,
    group: readonly number[],
    exceptions: Int32Array,
    ends: Int32Array,
    share: (sample: number) => number,
  ): void => {
    let found = 0;
    for (const r of group) {
      for (let at = r === 0 ? 0 : ends[r - 1]!; at < ends[r]!; at++) {
        const i = exceptions[at]!;
        if (counts[i] === 0) seen[found++] = i;
        counts[i]! += 1;
      }
    }
    const first = block * samples;
    let to = first;
    for (let at = 0; at < found; at++) {
      const i = seen[at]!;
      if (2 * counts[i]! > group.length) shares.samples[to++] = i;
      counts[i] = 0;
    }
    shares.samples.subarray(first, to).sort();
    shares.starts[block] = first;
    shares.ends[block] = to;
    for (let at = first; at < to; at++) shares.values[at] = share(shares.samples[at]!);
  };

  return {
    shares,
    own,
    clear: () => void (used = 0),
    collect(block, group, exceptions, ends, share) {
      collectShares(block, group, exceptions, ends, share);
      const [first, last] = [shares.starts[block]!, shares.ends[block]!];
      for (const r of group) {
        own.starts[r] = used;
        // Both lists ascend: an exception that is not the majority's is added, one that only the majority has removed.
        let m = first;
        let at = r === 0 ? 0 : ends[r - 1]!;
        while (at < ends[r]! || m < last) {
          const mine = at < ends[r]! ? exceptions[at]! : samples;
          const common = m < last ? shares.samples[m]! : samples;
          if (mine <= common) at++;
          if (common <= mine) m++;
          if (mine === common) continue;
          const i = Math.min(mine, common);
          own.samples[used] = i;
          own.values[used] = mine < common ? share(i) : -share(i);
          used++;
        }
        own.ends[r] = used;
      }
    },
  };
}
