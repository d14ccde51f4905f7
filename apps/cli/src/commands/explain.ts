import { Args, Flags } from '@oclif/core';
import type { Paper } from '../bibliography.js';
import { MarginaliaCommand } from '../command.js';
import { findClaim } from '../find-claim.js';
import { coloured, columns, painter } from '../render/terminal.js';

export default class Explain extends MarginaliaCommand {
  static override summary = 'Say what a claim asserts, and how it is judged.';
  static override examples = ['<%= config.bin %> explain weight-decomposition'];
  static override args = {
    claim: Args.string({
      description: 'a claim: its id, or the part after the slash (npx marginalia list claims)',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = { json: Flags.boolean({ description: 'One JSON document on standard output.' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
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
}
