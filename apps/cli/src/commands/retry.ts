import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { FailureKind } from '@marginalia/sweep';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { plural } from '../render/number.js';
import { progressView } from '../render/progress.js';
import { retryReport } from '../render/retry.js';
import { columns } from '../render/terminal.js';
import { limitFlags, limitsOf } from '../run/limits.js';
import { chosen, whereFlags } from '../run/where.js';
import { changedCode } from '../sweep/changed-code.js';
import { conduct } from '../sweep/conduct.js';
import type { Question } from '../sweep/question.js';
import { runCommand } from '../sweep/run-command.js';
import { storedIdentity, storedQuestion } from '../sweep/stored.js';
import { failureRows } from '../sweep/summary.js';

const kinds: readonly FailureKind[] = ['timed-out', 'out-of-memory', 'threw', 'exited'];

export default class Retry extends MarginaliaCommand {
  static override summary = 'Run again what failed in a folder, and nothing else.';
  static override description =
    'The runs are those of the folder as it stands: its preset, values, replicates and seed, with other limits where they are given.';
  static override usage = 'retry DIR --failed [FLAGS]';
  static override examples = [
    '<%= config.bin %> retry results/feature-averaging/quick --failed',
    '<%= config.bin %> retry results/feature-averaging/quick --failed --kind timed-out --timeout 10m',
    "<%= config.bin %> retry results/feature-averaging/quick --failed --where 'dimension>=1024'",
  ];
  static override args = {
    dir: Args.string({ description: 'the folder of the results of a sweep', ignoreStdin: true }),
  };
  static override flags = {
    failed: Flags.boolean({ description: 'The runs that never measured anything.' }),
    kind: Flags.string({
      description: `Only those that ended so: ${kinds.join(', ')}; several by commas.`,
      helpValue: 'KIND',
    }),
    ...whereFlags,
    ...limitFlags,
    threads: Flags.string({ description: 'Workers; all cores when absent.', helpValue: 'N' }),
    sweep: Flags.string({ description: 'The file of the sweep, where it has moved.', helpValue: 'PATH' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Retry);
    const { dir } = args;
    if (dir === undefined) {
      throw new BadInput({
        expected: 'the folder of the results of a sweep',
        got: 'nothing',
        try: commandLine('status', 'results'),
      });
    }
    const identity = await storedIdentity(dir, 'retry', '--failed');
    if (!flags.failed) {
      throw new BadInput({
        expected: 'which runs to try again',
        got: 'nothing',
        try: commandLine('retry', dir, '--failed'),
      });
    }
    const wanted = flags.kind === undefined ? kinds : kindsCalled(flags.kind);
    const limits = limitsOf(flags);
    const threads = flags.threads === undefined ? undefined : count('threads', flags.threads, 1024);
    const question = await storedQuestion(identity, { sweep: flags.sweep, command: 'retry' });
    refuseOtherCode(dir, identity, question);
    const { countJournal, replan } = await import('@marginalia/sweep');
    const whole = replan(question.definition, identity);
    const plan = await chosen(whole, flags.where);
    const { runs: known } = countJournal(dir, identity.sweep);
    const failed = plan.runs.flatMap((run) => {
      const kind = known.get(run.id)?.ended;
      return kind === undefined || kind === 'measured' ? [] : [{ run, kind }];
    });
    const again = failed.filter(({ kind }) => wanted.includes(kind)).map(({ run }) => run);
    if (again.length === 0) {
      if (flags.json) this.printJson({ out: dir, tried: 0, measured: 0, failures: 0, failed: [] });
      else process.stdout.write(`${nothing(dir, failed.length, flags)}\n`);
      return;
    }
    this.say(`${identity.sweep} (${identity.preset}): ${plural(again.length, 'run')} to try again`);
    const view = progressView();
    const ending = await conduct(
      { ...plan, runs: again },
      {
        reference: question.reference,
        out: resolve(dir),
        threads,
        onProgress: view.show,
        limits,
      },
    ).finally(view.end);
    if (ending.kind === 'stopped') {
      this.say('stopped; what is finished is kept; run the same command to go on');
      process.exitCode = exitCode.interrupted;
      return;
    }
    const { reused, computed, failures } = ending.execution;
    const document = {
      out: dir,
      tried: again.length,
      measured: reused + computed - failures.length,
      failures: failures.length,
      failed: failureRows(failures),
    };
    const { spelled } = question.reference;
    if (flags.json) this.printJson(document);
    else
      process.stdout.write(
        `${retryReport(document, runCommand(spelled, identity, { out: dir }), columns())}\n`,
      );
    process.exitCode = failures.length > 0 ? exitCode.undecided : exitCode.supported;
  }
}

function kindsCalled(text: string): readonly FailureKind[] {
  return text.split(',').map((word) => {
    const found = kinds.find((kind) => kind === word.trim());
    if (found !== undefined) return found;
    throw new BadInput({
      expected: `--kind to be of ${kinds.join(', ')}`,
      got: JSON.stringify(word.trim()),
      try: '--kind timed-out,out-of-memory',
    });
  });
}

/** Records of two codes are records of two experiments. */
function refuseOtherCode(
  dir: string,
  identity: Parameters<typeof runCommand>[1] & { readonly code: string; readonly parts?: Question['parts'] },
  question: Question,
): void {
  if (question.code === identity.code) return;
  const changed = changedCode(identity.parts, question);
  throw new BadInput({
    expected: `the code with which ${dir} was computed`,
    got: changed === undefined ? 'other code' : `other code: ${changed} changed since`,
    try: `${runCommand(question.reference.spelled, identity, { out: dir })}, which computes every run with the present code`,
  });
}

function nothing(
  dir: string,
  failed: number,
  { kind, where }: { readonly kind?: string | undefined; readonly where?: string | undefined },
): string {
  const among = where === undefined ? '' : ` where ${where}`;
  return failed === 0
    ? `No run failed in ${dir}${among}: there is nothing to try again.`
    : `Of ${plural(failed, 'failed run')} in ${dir}${among} none is ${kind}: there is nothing to try again.`;
}
