/** What is no cell: the exact radius, how a sweep gains by threads, and what the framework and its command line take. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exactRadii } from '@marginalia/attack';
import { execute, loadSweep, plan, type SweepReference } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';
import * as Effect from 'effect/Effect';
import { cell } from './cell.js';
import { reference } from './settings.js';
import { ratioOf, timing, type Timing } from './statistics.js';

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** What is asked for, in the same unit. */
  readonly floor: { readonly sense: '≤' | '≥'; readonly value: number };
  readonly measure: (rounds: number) => Promise<Timing>;
}

export const measures: readonly Measure[] = [
  {
    name: 'exact ℓ₂ radius a point',
    unit: 'µs',
    floor: { sense: '≤', value: 20 },
    async measure(rounds) {
      const { d, n, m, T, k } = reference;
      const setting = { dimension: d, samples: n, width: m, steps: T, clusters: k } as const;
      const { span, seen } = await cell(
        { ...setting, sampling: 'law', precision: 'float64' },
        { bench: 'exact' },
      );
      const pass = (): number => seconds(() => exactRadii(span, seen.products, seen.labels));
      pass();
      return timing(Array.from({ length: rounds }, () => (1e6 * pass()) / seen.labels.length));
    },
  },
  {
    name: 'a sweep on 2 threads over 1',
    unit: '×',
    floor: { sense: '≥', value: 1.9 },
    async measure(rounds) {
      const { module } = builtinSweeps['feature-averaging']!;
      const sweep: SweepReference = { module, spelled: 'feature-averaging' };
      // As many replicates as take one thread about ten seconds, so that starting a worker does not count.
      const few = await executed(sweep, { replicates: 1, threads: 1 });
      const more = await executed(sweep, { replicates: 6, threads: 1 });
      const replicates = Math.min(400, Math.max(6, Math.round(50 / (more - few))));
      const alone: number[] = [];
      const both: number[] = [];
      for (let round = 0; round < rounds; round++) {
        alone.push(await executed(sweep, { replicates, threads: 1 }));
        both.push(await executed(sweep, { replicates, threads: 2 }));
      }
      const { ratio, least, most } = ratioOf(alone, both);
      return { median: ratio, least, most, rounds };
    },
  },
  {
    name: 'overhead a run',
    unit: 'ms',
    floor: { sense: '≤', value: 0.5 },
    async measure(rounds) {
      const module = fileURLToPath(new URL('./nothing.js', import.meta.url));
      const each: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const few = await executed({ module }, { replicates: 100, threads: 1 });
        const many = await executed({ module }, { replicates: 3100, threads: 1 });
        each.push((1e3 * (many - few)) / 3000);
      }
      return timing(each);
    },
  },
  {
    name: 'marginalia --help',
    unit: 's',
    floor: { sense: '≤', value: 0.3 },
    measure(rounds) {
      const bin = fileURLToPath(new URL('bin/run.js', import.meta.resolve('marginalia/package.json')));
      const run = (): number =>
        seconds(() => spawnSync(process.execPath, [bin, '--help'], { stdio: 'ignore' }));
      run();
      return Promise.resolve(timing(Array.from({ length: Math.max(3, rounds) }, run)));
    },
  },
];

export const isMissed = (
  { floor }: Pick<Measure, 'floor'>,
  { median: value }: Pick<Timing, 'median'>,
): boolean => (floor.sense === '≤' ? !(value <= floor.value) : !(value >= floor.value));

/** Seconds that `execute` takes for a plan of so many replicates in a fresh folder. */
async function executed(
  sweep: SweepReference,
  { replicates, threads }: { readonly replicates: number; readonly threads: number },
): Promise<number> {
  const asked = plan(await loadSweep(sweep), { code: 'bench', replicates });
  const out = mkdtempSync(join(tmpdir(), 'marginalia-bench-'));
  try {
    const began = performance.now();
    const { failures } = await Effect.runPromise(execute(asked, { reference: sweep, out, threads }));
    if (failures.length > 0) throw new Error(`${failures.length} runs of ${asked.sweep} failed`);
    return (performance.now() - began) / 1000;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function seconds(action: () => unknown): number {
  const began = performance.now();
  action();
  return (performance.now() - began) / 1000;
}

/** Seconds a call, the median of `rounds` batches that last a tenth of a second each; warmed up before. */
export function secondsACall(action: () => unknown, rounds = 5): Timing {
  let calls = 1;
  for (let batch = 0; batch < 0.1;) {
    batch = seconds(() => repeat(action, calls));
    if (batch < 0.1) calls *= batch < 0.01 ? 8 : 2;
  }
  return timing(Array.from({ length: rounds }, () => seconds(() => repeat(action, calls)) / calls));
}

function repeat(action: () => unknown, calls: number): void {
  for (let call = 0; call < calls; call++) action();
}
