/** What is no cell: the exact radius, how a sweep gains by threads, and what the framework and its command line take. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exactRadii, shareWithstanding } from '@marginalia/attack';
import { Random } from '@marginalia/core';
import { execute, loadSweep, plan, type SweepReference } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';
import * as Effect from 'effect/Effect';
import { cell, type CellResult } from './cell.js';
import { reference } from './settings.js';
import { ratioOf, timing, type Timing } from './statistics.js';

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** What is asked for, in the same unit. */
  readonly floor: { readonly sense: '≤' | '≥'; readonly value: number };
  readonly measure: (rounds: number) => Promise<Timing>;
}

/** The reference cell's net and fresh points, with m neurons of each sign. */
async function trained(width: number): Promise<Pick<CellResult, 'span' | 'seen'>> {
  const { d, n, T, k } = reference;
  const setting = { dimension: d, samples: n, width, steps: T, clusters: k } as const;
  return cell({ ...setting, sampling: 'law', precision: 'float64' }, { bench: 'exact' });
}

/** Microseconds a point that all of them take together. */
const exactRadiusAt = (width: number, floor: number): Measure => ({
  name: `exact ℓ₂ radius a point, m = ${width}`,
  unit: 'µs',
  floor: { sense: '≤', value: floor },
  async measure(rounds) {
    const { span, seen } = await trained(width);
    const { median, least, most } = secondsACall(() => exactRadii(span, seen.products, seen.labels), rounds);
    const each = 1e6 / seen.labels.length;
    return { median: each * median, least: each * least, most: each * most, rounds };
  },
});

export const measures: readonly Measure[] = [
  exactRadiusAt(5, 20),
  {
    // Of the same points, at the radius of the cell at which some of them flip.
    name: 'one radius of PGD, 50 steps, over the exact ℓ₂ radius, m = 5',
    unit: '×',
    floor: { sense: '≥', value: 1 },
    async measure(rounds) {
      const { span, seen } = await trained(5);
      const random = Random.of('one radius');
      const radius = 0.3 * Math.sqrt(reference.d);
      const exact = (): unknown => exactRadii(span, seen.products, seen.labels);
      const descent = (): unknown =>
        shareWithstanding(span, seen, [radius], random, { steps: reference.pgdSteps });
      // Twenty passes each: one takes no longer than a hiccup of the machine.
      const pass = (action: () => unknown): number => seconds(() => repeat(action, 20));
      pass(exact);
      pass(descent);
      const [searched, found]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        searched.push(pass(descent));
        found.push(pass(exact));
      }
      const { ratio, least, most } = ratioOf(searched, found);
      return { median: ratio, least, most, rounds };
    },
  },
  exactRadiusAt(20, 5000),
  exactRadiusAt(50, 5000),
  {
    name: 'proved exact ℓ₂ radii, m = 50',
    unit: '%',
    floor: { sense: '≥', value: 99 },
    async measure() {
      const { span, seen } = await trained(50);
      const radii = exactRadii(span, seen.products, seen.labels);
      return timing([(100 * radii.filter(({ kind }) => kind === 'proved').length) / radii.length]);
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
