/** `run --dry-run`: what `plan` says, and nothing computed. */
import { Flags } from '@oclif/core';
import { jsonText } from '../command.js';
import { foresee, foreseenDocument, foreseenReport } from '../plan/outlook.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { runCommand } from '../sweep/run-command.js';
import type { Task, TaskFlags } from './task.js';

export const dryRunFlags = {
  'dry-run': Flags.boolean({ description: 'Say what would be computed, as plan does, and compute nothing.' }),
};

/** Beside those that say which runs. A URL is not repeated: it may hold a password. */
const repeated = ['shard', 'until', 'budget', 'alpha', 'timeout', 'memory-limit', 'engine'] as const;

/** Throws BadInput: see `foresee`. */
export async function printDryRun(task: Task, flags: TaskFlags & { readonly json: boolean }): Promise<void> {
  const { question, part: plan, all, out, threads } = task;
  const { where } = flags;
  const foreseen = { plan, all, where, out, threads };
  const outlook = await foresee(foreseen);
  const others = repeated.flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const command = runCommand(question.reference.spelled, plan, { out, where, others });
  process.stdout.write(
    flags.json
      ? `${jsonText(foreseenDocument(foreseen, outlook))}\n`
      : `${foreseenReport(foreseen, outlook, { command, probeable: false }, columns(), painter(coloured()))}\n`,
  );
}
