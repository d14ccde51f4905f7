/** Executing a plan so that Ctrl-C stops it cleanly: what is finished is kept. */
import { availableParallelism } from 'node:os';
import type {
  execute,
  ExecuteOptions,
  Execution,
  JournalRecord,
  Plan,
  Progress,
  SweepReference,
} from '@marginalia/sweep';
import { stoppable } from '../interruption.js';
import { plural } from '../render/number.js';
import { closing, type ClosingOptions } from '../run/closing.js';
import type { Limits } from '../run/limits.js';

export type Ending =
  | { readonly kind: 'finished'; readonly execution: Execution }
  /** `kept`: measured runs that are there; undefined where it was stopped before the journal was read. */
  | { readonly kind: 'stopped'; readonly kept: number | undefined };

export interface ConductOptions extends Pick<ExecuteOptions, 'engine' | 'memory'> {
  readonly reference: SweepReference;
  /** Absolute path. */
  readonly out: string;
  readonly threads: number | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onFailure?: (record: JournalRecord) => void;
  /** `execute`, or what goes on from the plan. */
  readonly perform?: typeof execute;
  readonly closing?: ClosingOptions;
  readonly limits?: Limits;
}

/** Rejects with BadInput when the folder of the results cannot be used. */
export async function conduct(
  plan: Plan,
  {
    reference,
    out,
    threads,
    onProgress,
    onFailure,
    perform,
    closing: closingTimes = {},
    limits,
    ...others
  }: ConductOptions,
): Promise<Ending> {
  const [Effect, { execute }] = await Promise.all([import('effect/Effect'), import('@marginalia/sweep')]);
  const stop = new AbortController();
  // What adds runs as it goes would begin others; what others perform ends with them, and is journaled by them.
  const atOnce = perform !== undefined || others.engine !== undefined;
  const closed = closing(atOnce ? { ...closingTimes, graceMs: 0 } : closingTimes, () => stop.abort());
  let kept: number | undefined;
  const asked = {
    reference,
    out,
    threads: threads ?? availableParallelism(),
    onProgress: (progress: Progress): void => {
      kept = progress.kept;
      onProgress(progress);
    },
    ...(atOnce ? {} : { closing: closed.signal }),
    ...(onFailure && { onFailure }),
    ...limits,
    ...others,
  };
  const halt = (): void => stop.abort();
  const act = async (): Promise<Ending> => {
    try {
      const execution = await Effect.runPromise((perform ?? execute)(plan, asked), { signal: stop.signal });
      const { computed, reused, measured } = execution;
      return !perform && computed + reused < plan.runs.length
        ? { kind: 'stopped', kept: measured }
        : { kind: 'finished', execution };
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      return { kind: 'stopped', kept };
    } finally {
      closed.end();
    }
  };
  return stoppable(halt, act);
}

/** `stopped; 12 runs kept; run the same command to go on`. */
export const stoppedLine = (kept: number | undefined, sweep?: string): string =>
  [
    'stopped',
    ...(kept === undefined
      ? []
      : [`${plural(kept, 'run')}${sweep === undefined ? '' : ` of ${sweep}`} kept`]),
    'run the same command to go on',
  ].join('; ');
