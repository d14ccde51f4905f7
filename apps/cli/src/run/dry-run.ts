/** `run --dry-run`: what `plan` says, and nothing computed. */
import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import type { Plan } from '@marginalia/sweep';
import { jsonText } from '../command.js';
import { foresee, foreseenDocument, foreseenReport } from '../plan/outlook.js';
import { coloured, columns, painter } from '../render/terminal.js';
import type { Question } from '../sweep/question.js';
import { runCommand } from '../sweep/run-command.js';

export const dryRunFlags = {
  'dry-run': Flags.boolean({ description: 'Say what would be computed, as plan does, and compute nothing.' }),
};

/** Throws BadInput: see `foresee`. */
export async function printDryRun(
  question: Question,
  asked: {
    readonly plan: Plan;
    /** Runs without `--where`. */
    readonly all: number;
    readonly where?: string | undefined;
    /** Well formed: the runs are those of this part. */
    readonly shard?: string | undefined;
    readonly out: string;
    readonly threads: number | undefined;
    readonly json: boolean;
  },
): Promise<void> {
  const { plan, all, where, out, json } = asked;
  const threads = asked.threads ?? availableParallelism();
  const foreseen = { plan, all, where, out, threads };
  const outlook = await foresee(foreseen);
  const whole = runCommand(question.reference.spelled, plan, { out, where });
  const command = asked.shard === undefined ? whole : `${whole} --shard ${asked.shard}`;
  process.stdout.write(
    json
      ? `${jsonText(foreseenDocument(foreseen, outlook))}\n`
      : `${foreseenReport(foreseen, outlook, { command, probeable: false }, columns(), painter(coloured()))}\n`,
  );
}
