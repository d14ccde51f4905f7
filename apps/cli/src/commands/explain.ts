import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Paper } from '../bibliography.js';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import type { CellFlags, ExplainedCells } from '../explain/cells.js';
import { findClaim } from '../find-claim.js';
import { coloured, columns, painter } from '../render/terminal.js';

export default class Explain extends MarginaliaCommand {
  static override summary = 'Say what a claim asserts, or why a cell is computed.';
  static override description =
    'A claim: statement, assumptions, and how it is judged. A cell, or a run: how much of it is there, and what changed where it is computed again.';
  static override usage = 'explain <claim | sweep axis=value … | run> [FLAGS]';
  static override examples = [
    '<%= config.bin %> explain weight-decomposition',
    '<%= config.bin %> explain feature-averaging dimension=1024 clusters=4',
    { description: 'With the id of a run for ID:', command: '<%= config.bin %> explain ID --out DIR' },
  ];
  // A cell is several words.
  static override strict = false;
  static override args = {
    claim: Args.string({
      description:
        'a claim: its id, or the part after the slash (npx marginalia list claims); or a sweep and values of its axes; or a run id',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    out: Flags.string({
      description: 'Of a cell or a run: the folder of the results; results/<sweep>/<preset> when absent.',
      helpValue: 'DIR',
    }),
    preset: Flags.string({ description: 'Of a cell: the preset of its other axes.', helpValue: 'P' }),
    replicates: Flags.string({ description: 'Of a cell: how many are asked for.', helpValue: 'N' }),
    seed: Flags.string({ description: 'Of a cell: the seed that is asked for.', helpValue: 'S' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(Explain);
    const cells = await this.#cells(argv as string[], flags);
    if (cells) {
      if (flags.json) return this.printJson(cellsDocument(cells));
      const { cellExplanation } = await import('../render/cell-explanation.js');
      process.stdout.write(`${cellExplanation(cells, columns(), painter(coloured()))}\n`);
      return;
    }
    const { claims, expectationOf } = await import('@marginalia/theory');
    const claim = await findClaim(args.claim, claims);
    const [{ bibliography }, { judges }] = await Promise.all([
      import('../bibliography.js'),
      import('../judges.js'),
    ]);
    const paper = bibliography(claims).find((one) => one.claims.includes(claim.id)) as Paper;
    const judging = (await judges()).get(claim.id) ?? [];
    if (!flags.json) {
      const { explanation } = await import('../render/explanation.js');
      const explained = { claim, paper, judges: judging };
      process.stdout.write(`${explanation(explained, columns(), painter(coloured()))}\n`);
      return;
    }
    const [{ checkInWords }, { bibtexEntry }, { levelOf }] = await Promise.all([
      import('../render/check-in-words.js'),
      import('../render/bibtex.js'),
      import('../render/level.js'),
    ]);
    const { id, title, statement, notation, source, measured, relation, expected } = claim;
    const assumptions = claim.assumptions.map((assumption) => ({
      name: assumption.name,
      statement: assumption.statement,
      checked: checkInWords(assumption),
    }));
    this.printJson({
      id,
      title,
      statement,
      notation,
      assumptions,
      source,
      publication: paper.publication ?? null,
      bibtex: bibtexEntry(paper),
      measured,
      relation: relation.words,
      level: levelOf(claim),
      expects: expectationOf(claim),
      expected,
      judgedBy: judging.map(({ sweep, presets }) => ({ sweep, presets })),
    });
  }

  /** Undefined where the words mean a claim. */
  async #cells(words: readonly string[], flags: CellFlags): Promise<ExplainedCells | undefined> {
    const [word = '', ...settings] = words;
    const { cellsAsked, isRunId, namesSweep, runAsked } = await import('../explain/cells.js');
    if (settings.length > 0 || (await namesSweep(word))) return cellsAsked(word, settings, flags);
    if (isRunId(word)) return runAsked(word, flags.out);
    const [flag] = Object.keys(flags).filter((name) => name !== 'json' && name !== 'quiet');
    if (flag === undefined) return undefined;
    throw new BadInput({
      expected: `a sweep or a run beside --${flag}`,
      got: JSON.stringify(word),
      try: commandLine('explain', word),
    });
  }
}

/** The document of a cell: its replicates by what becomes of them. */
const cellsDocument = ({ plan, out, cells }: ExplainedCells): unknown => ({
  sweep: plan.sweep,
  preset: plan.preset,
  seed: plan.seed,
  code: plan.code,
  out,
  cells: cells.map(({ axes, runs, nearest }) => ({
    axes,
    there: runs.filter(({ why }) => why.kind === 'there').length,
    runs: runs.map(({ run, why }) => ({ run: run.id, replicate: run.replicate, ...why })),
    nearest: nearest ?? null,
  })),
});
