/** What a shard asks of the cluster where its user does not say. */
import type { Plan } from '../plan.js';

/** Bytes of Node, the engine and a journal being read. */
const base = 300e6;
/** Bytes of a run whose sweep predicts none: a worker's heap starts far below, and most of our runs stay there. */
const unpredicted = 512e6;
/** The part of the memory that predictions may fill: see `memoryForRuns`. */
const share = 0.8;

/** For `sbatch --mem`: so many of the largest runs at once as there are threads. */
export function memoryOf({ largest }: Pick<Plan, 'largest'>, threads: number): string {
  const bytes = (base + threads * (largest?.bytes ?? unpredicted)) / share;
  return `${Math.ceil(bytes / 2 ** 20)}M`;
}

/** How far off a prediction may be before the time is up in the middle. */
const margin = 2;

/**
 * For `sbatch --time`, in whole minutes: twice the predicted time of the longest shard, with the grace. Undefined where
 * nothing is predicted: then the partition's own default holds, and what a shard does not get done, resubmitting does.
 */
export function timeOf(predictedMs: number | undefined, graceSeconds: number): string | undefined {
  if (predictedMs === undefined || !Number.isFinite(predictedMs)) return undefined;
  return `${Math.ceil((margin * predictedMs) / 60_000 + graceSeconds / 60) + 1}`;
}
