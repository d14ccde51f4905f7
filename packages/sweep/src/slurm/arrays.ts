/** Shards as job arrays. MaxArraySize bounds an index, not their number: an array begins anew beyond it, with an offset. */
import { answerOf } from './tool.js';

/** The shards offset + task, for each of its tasks. */
export interface ShardArray {
  readonly offset: number;
  /** Rising; each below MaxArraySize. */
  readonly tasks: readonly number[];
}

/** `shards`: rising. `size`: MaxArraySize, one more than the largest index that Slurm takes. */
export function arraysOf(shards: readonly number[], size: number): readonly ShardArray[] {
  const arrays = new Map<number, number[]>();
  for (const shard of shards) {
    const offset = shard - (shard % size);
    const tasks = arrays.get(offset) ?? [];
    arrays.set(offset, tasks);
    tasks.push(shard - offset);
  }
  return [...arrays].map(([offset, tasks]) => ({ offset, tasks }));
}

export const shardsIn = ({ offset, tasks }: ShardArray): readonly number[] =>
  tasks.map((task) => offset + task);

/** `0-3,7`: rising numbers as `sbatch --array` and people read them. */
export function ranges(numbers: readonly number[], dash = '-'): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}${dash}${to}`)).join(',');
}

/** Slurm's MaxArraySize. Throws BadInput where Slurm is absent or its controller does not answer. */
export function maxArraySize(): number {
  const text = answerOf('scontrol', ['show', 'config'], 'a Slurm controller that answers');
  // Slurm's own default, for a controller that does not say.
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1] ?? 1001);
}
