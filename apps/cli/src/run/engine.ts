/** `run --engine`: who performs the runs. */
import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { ExecuteOptions } from '@marginalia/sweep';
import type { Question } from '../sweep/question.js';
import { isQuiet } from '../render/quiet.js';
import { redisFlags, redisFrom } from './redis.js';

export const engineFlags = {
  engine: Flags.string({
    description:
      'Who performs the runs: threads of this process, or workers on any machine (marginalia worker).',
    options: ['local', 'bullmq'],
    helpValue: 'local|bullmq',
  }),
  ...redisFlags,
};

interface EngineWords {
  readonly engine?: string | undefined;
  readonly redis?: string | undefined;
  readonly 'queue-prefix'?: string | undefined;
}

/** What `execute` is told beside the usual: nothing for threads of this process. Throws BadInput where no Redis is named. */
export async function engineFrom(
  flags: EngineWords,
  { reference, builtin }: Question,
): Promise<Pick<ExecuteOptions, 'engine' | 'memory'>> {
  if (flags.engine !== 'bullmq') return {};
  const where = redisFrom(flags);
  const { bullmq } = await import('@marginalia/sweep/bullmq');
  const { spelled } = reference;
  return {
    engine: bullmq({ ...where, spelled: builtin ? spelled : resolve(spelled), say: besideProgress }),
    // Each worker knows what fits into its own machine.
    memory: Infinity,
  };
}

/** The line that redraws itself makes room. */
function besideProgress(line: string): void {
  if (!isQuiet()) process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${line}\n`);
}
