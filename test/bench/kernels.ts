/**
 * Each inner loop against what the machine allows: the time that its arithmetic, its memory traffic or its generator
 * needs at the measured peaks, the largest of which binds it, and the share of that limit which it reaches.
 */
import { secondsACall } from './measures.js';
import { readRate, type Peaks } from './peaks.js';
import type { Timing } from './statistics.js';

/** What one call cannot do without. */
export interface Work {
  /** Multiplications and additions of float64. */
  readonly flops?: number;
  /** The same of float32. */
  readonly singleFlops?: number;
  /** Bytes read from a working set of that size, once. */
  readonly bytes?: number;
  /** 128-bit instructions of a generator, whatever they do: four a cycle at most, as in a loop of multiply-adds. */
  readonly instructions?: number;
}

/** A kernel to be measured: one call, what it must do, and the unit in which it is told. */
export interface Hook {
  readonly name: string;
  readonly unit: 'GFLOP/s' | 'GFLOP/s, GB/s' | 'ns/normal' | 'ns/point-step';
  /** Units of `ns/…` a call. */
  readonly count?: number;
  readonly work: Work;
  readonly run: () => unknown;
}

export type Limit = 'arithmetic' | 'memory' | 'generator';

export interface KernelResult {
  readonly name: string;
  readonly seconds: Timing;
  readonly shown: string;
  readonly limit: Limit;
  /** Time at the limit over time taken: 1 at the peak. */
  readonly reached: number;
}

export function measureKernel({ name, unit, count = 1, work, run }: Hook, peaks: Peaks): KernelResult {
  const seconds = secondsACall(run);
  const { limit, least } = binding(work, peaks);
  // The least of the batches, as the peaks are the least of theirs.
  const taken = seconds.least;
  const rates = [
    ...(unit.includes('GFLOP/s')
      ? [`${(((work.flops ?? 0) + (work.singleFlops ?? 0)) / taken / 1e9).toFixed(1)} GFLOP/s`]
      : []),
    ...(unit.includes('GB/s') ? [`${((work.bytes ?? 0) / taken / 1e9).toFixed(1)} GB/s`] : []),
    ...(unit.startsWith('ns/') ? [`${((1e9 * taken) / count).toFixed(2)} ${unit}`] : []),
  ];
  return { name, seconds, shown: rates.join(', '), limit, reached: least / taken };
}

/** The limit that needs the most time at the measured peaks, in seconds. */
export function binding(work: Work, peaks: Peaks): { readonly limit: Limit; readonly least: number } {
  const { flops = 0, singleFlops = 0, bytes = 0, instructions = 0 } = work;
  const needs: readonly (readonly [Limit, number])[] = [
    ['arithmetic', flops / (1e9 * peaks.float64) + singleFlops / (1e9 * peaks.float32)],
    ['memory', bytes / (1e9 * readRate(peaks, bytes))],
    // The peak loop does two flops an instruction.
    ['generator', instructions / (5e8 * peaks.float64)],
  ];
  const [limit, least] = needs.reduce((most, next) => (next[1] > most[1] ? next : most));
  return { limit, least };
}
