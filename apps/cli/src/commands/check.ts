import { join, relative, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { readBaseline, recordOf, writeBaseline, type Entries } from '../check/baseline.js';
import { compareWith, updated, type Comparison } from '../check/comparison.js';
import { exitCodeOfCheck, rowsOf, type Row } from '../check/outcome.js';
import { scopeOf, type Part, type Scope } from '../check/scope.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { checkReport } from '../render/check.js';
import { plural } from '../render/number.js';
import { noteLines } from '../render/notes.js';
import { firstOfEachKind } from '../render/failures.js';
import { opening, progressView } from '../render/progress.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { conduct, stoppedLine } from '../sweep/conduct.js';
import { packageFile } from '../sweep/installed.js';
import { alpha, summaryOf, type Summary } from '../sweep/summary.js';

export default class Check extends MarginaliaCommand {
  static override summary = 'Run the quick preset of every sweep and judge every claim.';
  static override description =
    'One table of all claims in bibliography order, each beside what is expected of it, and what has changed since the ' +
    'baseline was recorded. Runs that are already there are not computed again.';
  static override usage = 'check [sweep | path of a .ts or .js sweep]… [FLAGS]';
  static override examples = [
    '<%= config.bin %> check',
    "<%= config.bin %> check --claims averaged-radius,'*exponent*'",
    '<%= config.bin %> check feature-decoupling --json',
    '<%= config.bin %> check --update',
  ];
  static override strict = false;
  static override args = {
    sweeps: Args.string({
      description:
        'sweeps (npx marginalia list sweeps) or paths of such; every sweep of the house when absent',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    claims: Flags.string({
      description: 'Only claims called so: an id, the part after its slash, a paper, or a pattern with *.',
      helpValue: 'PATTERN',
      multiple: true,
      multipleNonGreedy: true,
    }),
    baseline: Flags.string({
      description: 'What to compare with; the baseline shipped with the sweeps when absent.',
      helpValue: 'FILE',
    }),
    update: Flags.boolean({ description: 'Record what the claims came to in the baseline.' }),
    threads: Flags.string({
      description: 'Workers; all cores when absent. The results do not depend on it.',
      helpValue: 'N',
    }),
    out: Flags.string({
      description: 'Folder of all results, a folder <sweep>/<preset> each; results when absent.',
      helpValue: 'DIR',
    }),
    json: Flags.boolean({
      description: 'One JSON document on standard output; progress goes to standard error.',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Check);
    const threads = flags.threads === undefined ? undefined : count('threads', flags.threads, 1024);
    for (const [flag, example] of [
      ['out', 'results'],
      ['baseline', 'baseline.json'],
    ] as const) {
      if (flags[flag] === '')
        throw new BadInput({ expected: `--${flag} to name a path`, got: '""', try: `--${flag} ${example}` });
    }
    const root = flags.out ?? 'results';
    const file = flags.baseline ?? fromHere(packageFile('@marginalia/sweeps', 'baseline.json'));
    // Before anything runs: a baseline that cannot be read is found out now, not minutes later.
    const entries = readBaseline(file);
    if (entries === undefined && flags.baseline !== undefined && !flags.update) {
      throw new BadInput({
        expected: `a baseline in ${file}`,
        got: 'no such file',
        try: commandLine('check', '--update', '--baseline', file),
      });
    }
    const scope = await scopeOf(argv as string[], flags.claims ?? []);

    for (const { sweep, why } of scope.passedOver) this.say(`${sweep} is passed over: ${why}`);
    const judged = await this.#runAll(scope.parts, root, threads);
    if (judged === undefined) return;
    const rows = await rowsOf(judged);
    const summaries = judged.map(({ summary }) => summary);
    const failures = summaries.reduce((sum, { failures }) => sum + failures, 0);
    const comparison = flags.update || !entries ? undefined : compareWith(entries, file, rows, scope.covers);
    const recorded =
      flags.update && failures === 0 ? this.#record(file, entries ?? {}, rows, scope.covers) : undefined;
    const { unjudged, registry, passedOver } = scope;
    const outcome = { summaries, rows, unjudged, passedOver, registry, alpha, comparison, recorded };
    if (flags.json) this.printJson(documentOf(outcome));
    else process.stdout.write(`${checkReport(outcome, columns(), painter(coloured()))}\n`);
    if (flags.update && failures > 0)
      this.say(`nothing recorded: ${plural(failures, 'run')} failed; run the same command to try again`);
    process.exitCode = exitCodeOfCheck(rows, failures, comparison);
  }

  /** Undefined when stopped: what is finished is kept. */
  async #runAll(
    parts: readonly Part[],
    root: string,
    threads: number | undefined,
  ): Promise<readonly { readonly summary: Summary; readonly claims: readonly Claim[] }[] | undefined> {
    const notes = [...new Set(parts.flatMap(({ plan }) => plan.notes))];
    for (const line of noteLines(notes, process.stderr.isTTY ? columns(process.stderr) : undefined))
      this.say(line);
    const judged: { summary: Summary; claims: readonly Claim[] }[] = [];
    for (const [at, { question, plan }] of parts.entries()) {
      const { sweep, preset, cells, runs, largest } = plan;
      const place = `${at + 1}/${parts.length} `;
      this.say(place + opening(sweep, preset, cells.length, runs.length, largest?.bytes));
      const out = join(root, sweep, preset);
      const view = progressView(process.stderr, `${place}${sweep}: `);
      const ending = await conduct(plan, {
        reference: question.reference,
        out: resolve(out),
        threads,
        onProgress: view.show,
        onFailure: firstOfEachKind(view.say),
      }).finally(view.end);
      if (ending.kind === 'stopped') {
        this.say(stoppedLine(ending.kept, sweep));
        process.exitCode = exitCode.interrupted;
        return undefined;
      }
      judged.push({ summary: await summaryOf(plan, ending.execution, out), claims: plan.claims });
    }
    return judged;
  }

  #record(
    file: string,
    entries: Entries,
    rows: readonly Row[],
    covers: (claim: string, sweep: string) => boolean,
  ): CheckOutcome['recorded'] {
    writeBaseline(file, updated(entries, rows, recordOf, covers));
    return { file, rows: rows.length };
  }
}

/** As it is typed from here, where it lies below. */
function fromHere(path: string): string {
  const way = relative(process.cwd(), path);
  return way.startsWith('..') ? path : way;
}

/** Everything that a check has to say. */
export interface CheckOutcome {
  readonly summaries: readonly Summary[];
  readonly rows: readonly Row[];
  readonly unjudged: readonly string[];
  readonly passedOver: Scope['passedOver'];
  /** The claims that `explain` knows. */
  readonly registry: ReadonlySet<string>;
  readonly alpha: number;
  /** Absent where there is no baseline yet, or it is being recorded. */
  readonly comparison: Comparison | undefined;
  readonly recorded: { readonly file: string; readonly rows: number } | undefined;
}

const documentOf = ({
  summaries,
  rows,
  unjudged,
  passedOver,
  comparison,
  recorded,
}: CheckOutcome): unknown => ({
  alpha,
  // Their verdicts are the rows.
  sweeps: summaries.map((summary) => ({ ...summary, verdicts: undefined, alpha: undefined })),
  claims: rows,
  unjudged,
  passedOver,
  baseline: comparison ?? null,
  recorded: recorded ?? null,
});
