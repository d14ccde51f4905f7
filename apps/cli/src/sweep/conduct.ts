/** Executing a plan so that Ctrl-C stops it cleanly: what is finished is kept, a second Ctrl-C does not wait. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { execute, Execution, Plan, Progress, SweepReference } from '@marginalia/sweep';
import { exitCode } from '../exit-code.js';

export type Ending =
  | { readonly kind: 'finished'; readonly execution: Execution }
  | { readonly kind: 'stopped'; readonly kept: number };

export interface ConductOptions {
  readonly reference: SweepReference;
  /** Absolute path. */
  readonly out: string;
  readonly threads: number | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** `execute`, or what goes on from the plan. */
  readonly perform?: typeof execute;
}

/** Rejects with BadInput when the folder of the results cannot be used. */
export async function conduct(
  plan: Plan,
  { reference, out, threads, onProgress, perform }: ConductOptions,
): Promise<Ending> {
  const [Effect, { execute, readResults }] = await Promise.all([
    import('effect/Effect'),
    import('@marginalia/sweep'),
  ]);
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(exitCode.interrupted);
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const program = (perform ?? execute)(plan, {
      reference,
      out,
      threads: threads ?? availableParallelism(),
      onProgress,
    });
    return { kind: 'finished', execution: await Effect.runPromise(program, { signal: stop.signal }) };
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    if (!existsSync(join(out, 'sweep.json'))) return { kind: 'stopped', kept: 0 };
    const planned = new Set(plan.runs.map(({ id }) => id));
    const kept = readResults(out).records.filter(
      ({ id, outcome }) => (perform !== undefined || planned.has(id)) && outcome.kind === 'measured',
    );
    return { kind: 'stopped', kept: kept.length };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
