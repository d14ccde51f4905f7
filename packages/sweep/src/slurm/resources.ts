/** What a shard asks of the cluster where its user does not say. */
import type { Forecast } from '../cost-model.js';
import type { Plan } from '../plan.js';
import { marginSeconds } from './scripts.js';

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

/** Nodes of a cluster may be slower than the machine that was timed. */
const margin = 1.5;

/**
 * For `sbatch --time`, in whole minutes: half as much again as the most that the slowest shard is predicted to take, and
 * the grace. Undefined where nothing was timed: then the partition's own default holds, and what a shard does not get done
 * is for `slurm resubmit`.
 */
export function timeOf(
  shards: readonly { readonly time: Forecast | undefined }[],
  graceSeconds: number,
): string | undefined {
  const slowest = shards.reduce((most, { time }) => Math.max(most, time?.most ?? 0), 0);
  const seconds = (margin * slowest) / 1000 + warnedSeconds(graceSeconds);
  return slowest > 0 ? `${Math.ceil(seconds / 60) + 1}` : undefined;
}

/** Slurm warns up to a minute earlier than it is told to. */
const earlySeconds = 60;

/** How much of the time of a shard may lie behind the warning: a limit of no more would let it begin no run. */
export const warnedSeconds = (graceSeconds: number): number => graceSeconds + marginSeconds + earlySeconds;

/**
 * Seconds of a time limit as `sbatch` takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
 * days-hours:minutes, days-hours:minutes:seconds; undefined for what else it may take (`UNLIMITED`).
 */
export function secondsOf(time: string): number | undefined {
  const [, days, clock = ''] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? [];
  if (clock === '') return undefined;
  const parts = clock.split(':').map(Number);
  const [hours = 0, minutes = 0, seconds = 0] =
    days !== undefined || parts.length === 3 ? parts : [0, ...parts];
  return ((Number(days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
