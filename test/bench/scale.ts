/** Sweeps of many runs that do nothing but return fifty numbers: what the engine takes of time, memory and files. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Scaled } from './scaled.js';
import type { Measure } from './measures.js';
import { timing } from './statistics.js';

const many = 100_000;
const few = 10_000;

/** Each in a process of its own, so that the most that it ever held is its own; once, whatever is asked of it. */
const known = new Map<number, Scaled>();

function scaled(runs: number): Scaled {
  const earlier = known.get(runs);
  if (earlier) return earlier;
  const file = fileURLToPath(new URL('./scaled.js', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [file, String(runs)], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr.trim().split('\n').at(-1) ?? 'no answer');
  const found = JSON.parse(stdout) as Scaled;
  known.set(runs, found);
  return found;
}

const measure = (name: string, unit: string, most: number, of: () => number): Measure => ({
  name,
  unit,
  floor: { sense: '≤', value: most },
  measure: () => Promise.resolve(timing([of()])),
});

export const scale: readonly Measure[] = [
  measure('scale: plan of 100 000 runs', 's', 5, () => scaled(many).plan),
  measure('scale: processor time a run, 1 worker', 'ms', 0.5, () => (1e3 * scaled(many).processor) / many),
  measure(
    'scale: resident memory a run, from 10 000 to 100 000',
    'kB',
    1.5,
    () => (scaled(many).resident - scaled(few).resident) / 1e3 / (many - few),
  ),
  measure('scale: a verdict over 100 000 runs, reading included', 's', 5, () => scaled(many).verdict),
  measure('scale: journal files beyond one each 64 MB', '', 1, () => scaled(many).surplus),
];
