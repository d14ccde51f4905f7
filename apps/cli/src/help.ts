/** The first page of `--help`: what it is, the commands, what to type first, what the exit code says. */
import { Help } from '@oclif/core';

export default class MarginaliaHelp extends Help {
  protected override async showRootHelp(): Promise<void> {
    this.log(
      [
        'Checks theorems of deep-learning theory on real training runs: every claim can fail, every run can be replayed.',
        this.section('USAGE', '$ marginalia <command> [arguments] [--help]'),
        this.formatCommands(this.sortedCommands),
        this.section(
          'EXAMPLES',
          [
            '$ marginalia list sweeps                                  the questions at hand, with their presets',
            '$ marginalia run feature-averaging --preset quick         run one, judge its claims',
            '$ marginalia run mine.ts --set dimension=64,256 --json    your own question, for a script',
            '$ marginalia explain weight-decomposition                 what a claim says, and how it is judged',
            '$ marginalia table results/feature-averaging/quick        the measurements, a row a cell',
          ].join('\n'),
        ),
        this.section(
          'EXIT CODES',
          '0 every claim supported · 1 one refuted · 2 bad input · 3 one inconclusive or vacuous · 130 stopped by Ctrl-C',
        ),
        '',
      ].join('\n\n'),
    );
  }
}
