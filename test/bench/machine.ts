/** What the numbers were measured on; a class of machine, not a name. */
import { availableParallelism, cpus } from 'node:os';
import type { Facts } from './protocol.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly date: string;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** GFLOP/s a thread below which a BLAS is no fair opponent: Netlib's reference reaches 2 to 6, OpenBLAS 40 to 120. */
const slow = 12;

/** A line that must be said when the peers run on a BLAS that nobody should run them on. */
export function slowBlas(facts: readonly Facts[]): string | undefined {
  const crippled = facts.find(
    ({ blas, gflops, threads }) =>
      blas === 'reference' || (gflops !== undefined && gflops / threads < slow && threads === 1),
  );
  if (crippled === undefined) return undefined;
  return `Slow BLAS (${crippled.blas}, ${crippled.gflops?.toFixed(1)} GFLOP/s): it flatters us. Debian: libopenblas0-pthread`;
}
