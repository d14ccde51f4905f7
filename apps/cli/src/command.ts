/** What every command shares: its mistakes go, untouched, to the one place that prints them. */
import { Command, Flags, type Interfaces } from '@oclif/core';
import { beQuiet, isQuiet } from './render/quiet.js';

export abstract class MarginaliaCommand extends Command {
  static override baseFlags = {
    quiet: Flags.boolean({
      description: 'Nothing but data and mistakes: no progress and no notes.',
      helpGroup: 'GLOBAL',
    }),
  };

  protected override async parse<
    Own extends Record<string, unknown>,
    Base extends Record<string, unknown>,
    Args extends Record<string, unknown>,
  >(
    options?: Interfaces.Input<Own, Base, Args>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<Own, Base, Args>> {
    const parsed = await super.parse(options, argv);
    beQuiet((parsed.flags as { readonly quiet?: unknown }).quiet === true);
    return parsed;
  }

  // oclif's own `catch` sets exit codes and prints over several lines; `main` does both better.
  protected override async catch(error: Error): Promise<never> {
    throw error;
  }

  /** One JSON document on standard output. NaN is null (there is no number); an infinity is its name. */
  protected printJson(value: unknown): void {
    process.stdout.write(`${jsonText(value)}\n`);
  }

  /** For people, beside the data: standard error. */
  protected say(line: string): void {
    if (!isQuiet()) process.stderr.write(`${line}\n`);
  }
}

export function jsonText(value: unknown): string {
  return JSON.stringify(
    value,
    (_, field: unknown) =>
      typeof field !== 'number' || Number.isFinite(field)
        ? field
        : Number.isNaN(field)
          ? null
          : String(field),
    2,
  );
}
