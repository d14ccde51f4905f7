/** What a `run` comes to: its runs, by whom and within what limits they are performed, and what is said of them. */
import type { ExecuteOptions, Plan, Policy, Shard } from '@marginalia/sweep';
import { askedOf, type Asked, type AskedFlags } from '../sweep/asked.js';
import { shareOf } from './audit.js';
import { closingOptions, type ClosingOptions } from './closing.js';
import { refuseContradictions } from './contradictions.js';
import { engineFrom } from './engine.js';
import { limitsOf, type Limits } from './limits.js';
import { partOf, shardCalled } from './shard.js';
import { policyFor } from './until.js';

export interface Task extends Asked {
  /** The runs that are performed here: those of the shard, where there is one. */
  readonly part: Plan;
  readonly shard: Shard | undefined;
  /** Of the rounds; undefined for a sweep of fixed size. */
  readonly policy: Policy | undefined;
  /** Nothing is computed. */
  readonly judge: boolean;
  /** Of the runs that are audited afterwards. */
  readonly share: number | undefined;
  readonly closing: ClosingOptions;
  readonly limits: Limits;
  readonly performers: Pick<ExecuteOptions, 'engine' | 'memory'>;
}

type Word = 'shard' | 'until' | 'budget' | 'alpha' | 'audit' | 'salt' | 'engine' | 'redis' | 'queue-prefix';
type Limit = 'stop-after' | 'grace' | 'timeout' | 'memory-limit';

export type TaskFlags = AskedFlags & { readonly judge: boolean; readonly 'dry-run': boolean } & {
  readonly [Name in Word | Limit]?: string | undefined;
};

/** `words`: what is no flag. Throws BadInput, for what needs no sweep to be seen before one is looked for. */
export async function taskOf(words: readonly string[], flags: TaskFlags): Promise<Task> {
  refuseContradictions({ ...flags });
  const shard = shardCalled(flags.shard);
  const closing = closingOptions(flags);
  const limits = limitsOf(flags);
  const share = flags.audit === undefined ? undefined : shareOf('audit', flags.audit);
  const asked = await askedOf(words, flags, 'run');
  const { plan, question } = asked;
  return {
    ...asked,
    part: await partOf(plan, shard),
    shard,
    policy: await policyFor(flags, plan, question.reference.spelled),
    judge: flags.judge,
    share,
    closing,
    limits,
    performers: await engineFrom(flags, question),
  };
}
