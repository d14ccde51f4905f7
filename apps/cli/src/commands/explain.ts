import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { findClaim } from '../find-claim.js';
import { explanation } from '../render/explanation.js';
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
    const { claims } = await import('@marginalia/theory');
    const claim = await findClaim(args.claim, claims);
    if (!flags.json) {
      process.stdout.write(`${explanation(claim, columns(), painter(coloured()))}\n`);
      return;
    }
    const { id, title, statement, notation, source, measured, relation, expected } = claim;
    const assumptions = claim.assumptions.map(({ name, statement }) => ({ name, statement }));
    this.printJson({
      id,
      title,
      statement,
      notation,
      assumptions,
      source,
      measured,
      relation: relation.words,
      expected,
    });
  }
}
