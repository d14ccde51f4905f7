/** The first page of `--help`: what it is, the commands, what to type first, what the exit code says. */
import { Help } from '@oclif/core';

const examples = [
  ['check', 'every claim, on the quick preset of every sweep'],
  ['list sweeps', 'the questions at hand, with their presets'],
  ['run feature-averaging --preset quick', 'run one, judge its claims'],
  ['run feature-averaging --set width=4,8 --json', 'other values of an axis, for a script'],
  ['explain weight-decomposition', 'what a claim says, and how it is judged'],
  ['table results/feature-averaging/quick', 'the measurements, a row a cell'],
] as const;
const widest = Math.max(...examples.map(([words]) => words.length));

export default class MarginaliaHelp extends Help {
  protected override async showRootHelp(): Promise<void> {
    this.log(
      [
        'Checks theorems of deep-learning theory on real training runs: every claim can fail, every run can be replayed.',
        this.section('USAGE', `$ ${this.config.bin} <command> [arguments] [--help]`),
        this.formatCommands(this.sortedCommands),
        this.section(
          'EXAMPLES',
          examples
            .map(([words, about]) => `$ ${this.config.bin} ${words.padEnd(widest)}  ${about}`)
            .join('\n'),
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
