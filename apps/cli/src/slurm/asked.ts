/** The run of a submission: the words that are written into its script, and the plan that they mean again later. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Plan, Submission } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { limitFlags } from '../run/limits.js';
import { askedFlags, askedOf, type Asked, type AskedFlags } from '../sweep/asked.js';

// A shard has as many threads as it is given processors.
const { threads: _, ...asking } = askedFlags;
export const passedFlags = { ...asking, ...limitFlags };

type Passed = AskedFlags & { readonly [Name in keyof typeof limitFlags]?: string | undefined };

/** After `run`, without the folder: what means these runs. */
export function wordsOf(
  spelled: string,
  { preset, replicates, seed, set }: Plan,
  flags: Passed,
): readonly string[] {
  const settings = Object.entries(set).map(([axis, values]) => `${axis}=${values}`);
  const given = (['where', 'timeout', 'memory-limit'] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return [
    spelled,
    '--preset',
    preset,
    ...settings.flatMap((setting) => ['--set', setting]),
    '--replicates',
    String(replicates),
    '--seed',
    seed,
    ...given,
  ];
}

/** Results that were submitted, with their plan as it is now. */
export interface Submitted {
  /** Absolute path. */
  readonly out: string;
  readonly submission: Submission;
  readonly asked: Asked;
}

/** `dir`: as typed. From here on the process stands where the jobs do. Throws BadInput where nothing was submitted. */
export async function submittedIn(dir: string): Promise<Submitted> {
  const { readSubmission } = await import('@marginalia/sweep');
  const out = resolve(dir);
  const submission = readSubmission(out);
  if (!submission)
    throw new BadInput({
      expected: `a folder that was submitted to Slurm`,
      got: `${dir}, without a slurm.json`,
      try: commandLine('slurm', 'submit', '--help'),
    });
  const { directory, run } = submission;
  if (!existsSync(directory))
    throw new BadInput({ expected: `the folder ${directory}, where the jobs run`, got: 'no such folder' });
  process.chdir(directory);
  const { argv, flags } = await Parser.parse([...run], { args: {}, flags: passedFlags, strict: false });
  return { out, submission, asked: await askedOf(argv as string[], { ...flags, out }, 'slurm submit') };
}
