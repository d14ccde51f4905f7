/** What every command shares: its mistakes go, untouched, to the one place that prints them. */
import { Command } from '@oclif/core';

export abstract class MarginaliaCommand extends Command {
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
    process.stderr.write(`${line}\n`);
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
