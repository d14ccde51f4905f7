import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Found, SweepEntry } from '@marginalia/sweep/bullmq';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { exitCode } from '../exit-code.js';
import { stoppable } from '../interruption.js';
import { redisFlags, redisFrom, threadsFrom } from '../run/redis.js';
import { findQuestion, type Question } from '../sweep/question.js';

export default class Worker extends MarginaliaCommand {
  static override summary = 'Perform the runs of sweeps that are driven over Redis (run --engine bullmq).';
  static override description =
    'Serves every sweep that is driven, one at a time, until Ctrl-C: what is at work then goes back to the queue. ' +
    'Runs of another version of the code are left to workers of that version.';
  static override usage = 'worker --redis URL [FLAGS]';
  static override examples = [
    '<%= config.bin %> worker --redis redis://localhost:6379',
    '<%= config.bin %> worker --redis rediss://queue.example:6380 --threads 8 --out /mnt/results/first',
  ];
  static override flags = {
    ...redisFlags,
    threads: Flags.string({ description: 'Runs at a time; all cores when absent.', helpValue: 'N' }),
    out: Flags.string({
      description:
        'Folder of the results on this machine, where it is called otherwise than at the driver; any other folder is to be merged.',
      helpValue: 'DIR',
    }),
    sweep: Flags.string({
      description: 'Serve this sweep alone: its name, or the path of its file on this machine.',
      helpValue: 'SWEEP',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Worker);
    const where = redisFrom(flags);
    const threads = threadsFrom(flags.threads) ?? availableParallelism();
    if (flags.out === '') {
      throw new BadInput({ expected: '--out to name a folder', got: '""', try: '--out results/mine' });
    }
    const only = flags.sweep === undefined ? undefined : await findQuestion(flags.sweep, 'worker --sweep');
    const { serve } = await import('@marginalia/sweep/bullmq');
    const stop = new AbortController();
    const serving = (): Promise<void> =>
      serve({
        ...where,
        threads,
        ...(flags.out === undefined ? {} : { out: resolve(flags.out) }),
        find: async (entry) => find(entry, only),
        say: (line) => this.say(line),
        signal: stop.signal,
      });
    // Handing back what is at work takes as long as Redis does.
    await stoppable(() => stop.abort(), serving, Infinity);
    this.say('stopped; what was at work is back in the queue');
    // Whatever still waits for a Redis that is gone waits in vain.
    process.exit(exitCode.interrupted);
  }
}

/** The sweep as this machine has it: the fingerprint is that of the files as they are now. */
async function find(
  { sweep, spelled, host }: SweepEntry,
  only: Question | undefined,
): Promise<Found | undefined> {
  if (only && only.definition.name !== sweep) return undefined;
  if (!only && isAbsolute(spelled) && !existsSync(spelled)) {
    throw new BadInput({
      expected: `${spelled}, where the driver on ${host} has the sweep`,
      got: 'no such file here',
      try: commandLine('worker', '--sweep', 'PATH'),
    });
  }
  const { reference, code } = only ?? (await findQuestion(spelled, 'worker --sweep'));
  return { reference, code };
}
