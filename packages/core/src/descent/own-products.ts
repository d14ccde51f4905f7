/**
 * Products with a factored K. What a block's neurons share is added up in R^D, before X is applied. What a neuron has
 * beside that is either added up there too, and costs a row more of the product with X, or it takes columns of K, each as dear
 * as such a row but kept. Columns are bought once as many rows were spent as they cost: never more than twice what the
 * best choice in hindsight costs.
 */
import type { Buffers, Rows } from '../kernel/index.js';
import type { LazyColumns, SparseRows } from './sample-kernel.js';

export interface OwnProducts {
  /** Fills a row of `images` for each block, and behind them one for each neuron with `rowOf` ≥ 0. */
  readonly apply: (v: Float64Array, bounds: Int32Array, images: Rows) => void;
  /** The row of neuron r's own product; −1: its columns are known. */
  readonly rowOf: (neuron: number) => number;
}

export function ownProducts(
  buffers: Buffers,
  lazy: LazyColumns,
  shares: SparseRows,
  own: SparseRows,
  samples: number,
  width: number,
  blocks: number,
): OwnProducts {
  const rowOf = new Int32Array(width);
  const starts = new Int32Array(blocks + width);
  const ends = new Int32Array(blocks + width);
  const entries = shares.samples.length + own.samples.length;
  const sparse: SparseRows = {
    starts,
    ends,
    samples: buffers.integers(entries),
    values: buffers.scratch(entries),
  };
  const isMissing = new Uint8Array(samples);
  let spent = 0;

  /** Columns that are missing, ascending; how many neurons miss any. */
  const missingColumns = (): { readonly columns: number[]; readonly neurons: number } => {
    const columns: number[] = [];
    let neurons = 0;
    for (let r = 0; r < width; r++) {
      rowOf[r] = -1;
      for (let at = own.starts[r]!; at < own.ends[r]!; at++) {
        const i = own.samples[at]!;
        if (lazy.knows(i)) continue;
        if (rowOf[r]! < 0) rowOf[r] = neurons++;
        if (isMissing[i] === 0) columns.push(i);
        isMissing[i] = 1;
      }
    }
    for (const i of columns) isMissing[i] = 0;
    return { columns: columns.sort((one, other) => one - other), neurons };
  };

  return {
    rowOf: (r) => rowOf[r]!,
    apply(v, bounds, images) {
      const missing = missingColumns();
      spent += missing.neurons;
      let rows = missing.neurons;
      if (missing.columns.length <= spent) {
        lazy.prepare(missing.columns);
        rowOf.fill(-1);
        spent = 0;
        rows = 0;
      }
      let used = 0;
      const take = (from: SparseRows, row: number, into: number): void => {
        starts[into] = used;
        for (let at = from.starts[row]!; at < from.ends[row]!; at++, used++) {
          sparse.samples[used] = from.samples[at]!;
          sparse.values[used] = from.values[at]!;
        }
        ends[into] = used;
      };
      for (let block = 0; block < blocks; block++) take(shares, block, block);
      for (let r = 0; r < width; r++) {
        if (rowOf[r]! < 0) continue;
        rowOf[r]! += blocks;
        take(own, r, rowOf[r]!);
      }
      lazy.applyWith(v, bounds, sparse, { ...images, rows: blocks + rows });
    },
  };
}
