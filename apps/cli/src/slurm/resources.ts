/** What a shard asks of the cluster, as it is typed; what is not typed follows from the plan. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Plan, Resources } from '@marginalia/sweep';
import { count } from '../count.js';
import { duration } from '../duration.js';
import { graceMs } from '../run/closing.js';

export const resourceFlags = {
  time: Flags.string({
    description: 'Time limit of a shard, as sbatch takes it; from the timings of the folder when absent.',
    helpValue: 'H:MM:SS',
  }),
  mem: Flags.string({
    description: 'Memory of a shard, as sbatch takes it; from what the sweep predicts when absent.',
    helpValue: '4G',
  }),
  partition: Flags.string({ description: 'Partition.', helpValue: 'P' }),
  account: Flags.string({ description: 'Account.', helpValue: 'A' }),
  'cpus-per-task': Flags.string({
    description: 'Processors, and threads, of a shard; 1 when absent.',
    helpValue: 'N',
  }),
  'array-limit': Flags.string({ description: 'At most so many shards of an array at once.', helpValue: 'K' }),
  grace: Flags.string({
    description:
      'How long before its time is up a shard begins no run any more, so that those at work can end; 60s when absent.',
    helpValue: 'TIME',
  }),
};

export type ResourceFlags = { readonly [Name in keyof typeof resourceFlags]?: string | undefined };

/** `standing`: what was asked before, which stays where nothing else is typed. Throws BadInput. */
export async function resourcesOf(
  flags: ResourceFlags,
  {
    plan,
    out,
    shards,
    standing,
  }: { readonly plan: Plan; readonly out: string; readonly shards: number; readonly standing?: Resources },
): Promise<Resources> {
  const { fitCost, forecast, readTimings, secondsOf, shardMemory, shardsOf, shardTime, warnedSeconds } =
    await import('@marginalia/sweep');
  const whole = (name: 'cpus-per-task' | 'array-limit'): number | undefined =>
    flags[name] === undefined ? undefined : count(name, flags[name], 1_000_000);
  const word = (name: 'time' | 'mem' | 'partition' | 'account'): string | undefined => {
    const text = flags[name];
    if (text === undefined || /^[\w.:,+@/-]+$/.test(text)) return text;
    throw new BadInput({ expected: `--${name} as sbatch takes it`, got: JSON.stringify(text) });
  };
  const cpusPerTask = whole('cpus-per-task') ?? standing?.cpusPerTask ?? 1;
  const arrayLimit = whole('array-limit') ?? standing?.arrayLimit;
  const graceSeconds =
    flags.grace === undefined
      ? (standing?.graceSeconds ?? graceMs / 1000)
      : Math.ceil(duration('grace', flags.grace) / 1000);
  const predicted = (): string | undefined => {
    const timing = fitCost(readTimings(out));
    if (!timing) return undefined;
    const room = { threads: Math.min(cpusPerTask, plan.maxThreads), memory: Infinity };
    return shardTime(
      shardsOf(plan, shards).map((runs) => ({ time: forecast(timing, runs, room) })),
      graceSeconds,
    );
  };
  const time = word('time') ?? standing?.time ?? predicted();
  const least = warnedSeconds(graceSeconds);
  if (time !== undefined && (secondsOf(time) ?? Infinity) <= least)
    throw new BadInput({
      expected: `--time to be more than ${least} s, of which the shard is warned (--grace ${graceSeconds}s and a margin)`,
      got: time,
      try: `--time ${Math.ceil(least / 60) + 10}, in minutes`,
    });
  const partition = word('partition') ?? standing?.partition;
  const account = word('account') ?? standing?.account;
  return {
    ...(time === undefined ? {} : { time }),
    mem: word('mem') ?? standing?.mem ?? shardMemory(plan, cpusPerTask),
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
    cpusPerTask,
    ...(arrayLimit === undefined ? {} : { arrayLimit }),
    graceSeconds,
  };
}
