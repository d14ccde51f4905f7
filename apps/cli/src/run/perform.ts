/** Performing what was asked for, so that it is seen how far it is: a plan, its rounds, or nothing where it is only judged. */
import { resolve } from 'node:path';
import type { Execution } from '@marginalia/sweep';
import { firstOfEachKind } from '../render/failures.js';
import { plural } from '../render/number.js';
import { progressView } from '../render/progress.js';
import { conduct } from '../sweep/conduct.js';
import { judged } from './judge.js';
import type { Task } from './task.js';
import { conductUntil, type Performed } from './until.js';

/** Rejects with BadInput where the folder cannot be used, or holds nothing to judge. */
export async function perform(task: Task): Promise<Performed> {
  const { question, plan, part, policy, out, threads, closing, limits, performers } = task;
  if (task.judge) return { ending: await judged(plan, out) };
  const view = progressView();
  const how = {
    reference: question.reference,
    out: resolve(out),
    threads,
    closing,
    limits,
    ...performers,
    onProgress: view.show,
    onFailure: firstOfEachKind(view.say),
  };
  const performing = policy
    ? conductUntil({ plan, policy, say: view.say }, how)
    : conduct(part, how).then((ending) => ({ ending }));
  return performing.finally(view.end);
}

/** What was wrong with the journal, a line each; none as a rule. */
export const damageInWords = ({ torn, corrupted }: Execution): readonly string[] => [
  ...(torn > 0 ? [`${plural(torn, 'journal file')} ended in a torn line: the run was computed again`] : []),
  ...(corrupted > 0 ? [`${plural(corrupted, 'journal line')} damaged: left out, and computed again`] : []),
];
