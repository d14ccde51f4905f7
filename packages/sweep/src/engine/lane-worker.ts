/** A worker of one lane, thread or process: it is handed batches, one at a time, and may die of one. */
import type { Run } from '../identity.js';
import type { Failure } from '../journal/record.js';
import type { Performed } from './worker.js';

/** What came of handing a worker a batch. */
export type Attempt =
  /** Whoever takes what was performed leaves the list empty: see `Ended`. */
  | { readonly kind: 'ended'; readonly performed: Performed[] }
  /** The worker is gone, and another has taken its place. */
  | {
      readonly kind: 'died';
      readonly failure: Failure;
      /** Which run of the batch it was at; absent where nobody can say. */
      readonly at?: number;
      /** Whether this is the run's own doing, whatever went before it in the worker: it took too long. */
      readonly own: boolean;
    }
  /** By the signal; the worker is gone as well. */
  | { readonly kind: 'stopped'; readonly at: number };

export type Batched = readonly Pick<Run, 'axes' | 'replicate'>[];

export interface LaneWorker {
  /** Whether nothing was performed in it yet: what a run dies of there is its own. */
  readonly fresh: boolean;
  /** Bytes resident in a process of its own; 0 where it shares ours. */
  readonly resident: number;
  /** Never rejects. */
  attempt(runs: Batched, signal: AbortSignal): Promise<Attempt>;
  /** Another in its place, where what ended runs left behind is gone. Only while it has no batch. */
  renew(): Promise<void>;
  /** Stops it, whatever it is doing. */
  destroy(): Promise<void>;
}
