/**
 * A shard: the part of a plan that one of several processes performs, on whatever machine. Which runs it holds follows
 * from the plan alone, whatever the journal holds: processes that share nothing but the command line divide the work.
 */
import { BadInput } from '@marginalia/core';
import type { Run } from './identity.js';
import type { Plan } from './plan.js';

export interface Shard {
  /** 0 … of − 1. */
  readonly index: number;
  readonly of: number;
}

/**
 * The runs of a plan in `count` parts, each in plan order. Whole units, longest first, each to the part that has the least
 * predicted work so far: the work of two parts differs by at most one unit's. Ties go by plan order and by the number of the
 * part. Parts are empty where there are fewer units than parts.
 * R. L. Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17 (1969), §4: at most 4/3 of the best.
 */
export function shardsOf(plan: Pick<Plan, 'runs'>, count: number): readonly (readonly Run[])[] {
  const total = plan.runs.reduce((sum, { cost }) => sum + cost, 0);
  // Runs that are said to cost nothing are dealt out all the same.
  const least = total > 0 ? (1e-6 * total) / plan.runs.length : 1;
  const units = new Map<string, { readonly name: string; work: number }>();
  for (const { unit, id, cost } of plan.runs) {
    const name = unit ?? id;
    const known = units.get(name);
    if (known) known.work += cost + least;
    else units.set(name, { name, work: cost + least });
  }
  // Sorting is stable: equal units stay in plan order.
  const longestFirst = [...units.values()].sort((a, b) => b.work - a.work);
  const parts = new LeastLoaded(count);
  const partOf = new Map(longestFirst.map(({ name, work }) => [name, parts.add(work)]));
  const shards = Array.from({ length: count }, (): Run[] => []);
  for (const run of plan.runs) shards[partOf.get(run.unit ?? run.id) as number]?.push(run);
  return shards;
}

/**
 * The plan with the runs of one shard; its cells stay those of the whole, and so does what `sweep.json` says of it.
 * Throws BadInput when there is no such shard.
 */
export function shardOf(plan: Plan, { index, of }: Shard): Plan {
  if (!Number.isInteger(of) || of < 1 || !Number.isInteger(index) || index < 0 || index >= of) {
    throw new BadInput({
      expected: 'a shard i/N with 0 ≤ i < N',
      got: `${index}/${of}`,
      try: '--shard 0/8 for the first of eight, --shard 7/8 for the last',
    });
  }
  return { ...plan, runs: shardsOf(plan, of)[index] ?? [] };
}

/** Parts by what they were given so far: a binary heap, the least loaded part, of several the first, on top. */
class LeastLoaded {
  readonly #heap: { readonly part: number; load: number }[];

  constructor(parts: number) {
    this.#heap = Array.from({ length: parts }, (_, part) => ({ part, load: 0 }));
  }

  /** Give the part on top so much more; returns which it is. */
  add(work: number): number {
    const heap = this.#heap;
    const top = heap[0];
    if (!top) throw new RangeError('at least one part');
    top.load += work;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, at)) return top.part;
      [heap[at], heap[child]] = [heap[child] as typeof top, heap[at] as typeof top];
      at = child;
    }
  }

  #before(at: number, other: number): boolean {
    const [a, b] = [this.#heap[at], this.#heap[other]];
    return a !== undefined && b !== undefined && (a.load - b.load || a.part - b.part) < 0;
  }
}
